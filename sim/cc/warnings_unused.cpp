// Warnings about what nothing uses: variables, parameters, labels, functions, types.
#include <fmt/format.h>

#include "sim/cc/parser.h"

namespace ipclab::cc {

/// The object that the value is read from, or the address taken of.
void Parser::mark_read(Node* node) {
    for (;;) {
        switch (node->kind) {
            case NodeKind::var:
                node->object->is_read = true;
                return;
            case NodeKind::member:
            case NodeKind::deref:
            case NodeKind::addr:
            case NodeKind::cast:
            case NodeKind::ptr_add:
            case NodeKind::assign:
                node = node->lhs;
                break;
            case NodeKind::comma:
                node = node->rhs;
                break;
            default:
                return;  // no object's value
        }
    }
}

/// An expression whose value nobody wants: what it assigns to is not read by that.
Node* Parser::discarded(Node* node) {
    return node->kind == NodeKind::assign ? node : rvalue(node);
}

void Parser::check_unused_locals(const FunctionBody& body) {
    for (const Obj* parameter : body.parameters) {
        if (!parameter->name) continue;
        if (!parameter->is_mentioned)
            warn(parameter->span, "-Wunused-parameter",
                 fmt::format("unused parameter '{}'", parameter->name->text));
        else if (!parameter->is_read)
            warn(parameter->span, "-Wunused-but-set-parameter",
                 fmt::format("parameter '{}' set but not used", parameter->name->text));
    }
    for (const Obj* local : body.locals) {
        if (!local->name || is_error(local->type)) continue;
        if (!local->is_mentioned)
            warn(local->span, "-Wunused-variable", fmt::format("unused variable '{}'", local->name->text));
        else if (!local->is_read && !is_volatile(local->type))
            warn(local->span, "-Wunused-but-set-variable",
                 fmt::format("variable '{}' set but not used", local->name->text));
    }
    for (const Label* label : label_list_)
        if (label->statement && !label->used && !label->may_be_unused)
            warn(label->statement->span, "-Wunused-label",
                 fmt::format("label '{}' defined but not used", label->name->text));
}

void Parser::check_unused_global(const Obj* object) {
    if (!object->is_static || !object->name || object->is_mentioned || object->is_implicit) return;
    if (object->is_function) {
        if (object->is_inline || object->is_constructor || object->is_destructor) return;
        warn(object->span, "-Wunused-function",
             fmt::format("'{}' {}", object->name->text,
                         object->is_defined ? "defined but not used"
                                            : "declared 'static' but never defined"));
        return;
    }
    const Type* element = object->type;
    while (is_array(element)) element = element->base;
    if (is_volatile(element)) return;
    warn(object->span, is_const(element) ? "-Wunused-const-variable" : "-Wunused-variable",
         fmt::format("'{}' defined but not used", object->name->text));
}

}  // namespace ipclab::cc
