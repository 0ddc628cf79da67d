// Variables: with linkage (C11 6.2.2), static in functions, automatic; variable-length arrays' sizes.
#include <fmt/format.h>

#include "sim/cc/parser.h"

namespace ipclab::cc {

Obj* Parser::new_global(Ident* name, Type* type, Span span) {
    Obj* object = arena_.make<Obj>();
    object->name = name;
    object->type = type;
    object->span = span;
    object->in_memory = true;
    globals_.push_back(object);
    return object;
}

Obj* Parser::new_local(Ident* name, Type* type, Span span) {
    Obj* object = arena_.make<Obj>();
    object->name = name;
    object->type = type;
    object->span = span;
    object->is_local = object->is_defined = true;
    object->in_memory = !is_scalar(type) || is_volatile(type) || is_atomic(type);
    locals_.push_back(object);
    return object;
}

/// A string literal's object; `bytes` has the terminating zero. Equal ones are one object (C11 6.4.5p7 allows it).
Obj* Parser::string_object(std::string_view bytes, Span span) {
    if (const auto known = strings_.find(bytes); known != strings_.end()) return known->second;
    Obj* object = new_global(nullptr, types_.array(types_.char_, bytes.size()), span);
    object->is_string = object->is_read_only = object->is_defined = object->is_static = true;
    object->bytes = arena_.text(bytes);
    strings_.emplace(object->bytes, object);
    return object;
}

/// Whether an object can have the type where it is defined.
bool Parser::check_object_type(Type* type, Span span, std::string_view name) {
    if (is_error(type)) return false;
    if (is_void(type)) {
        error(span, fmt::format("the variable '{}' cannot have the type 'void'", name));
        return false;
    }
    if (type->kind == TypeKind::array && type->length == kUnknownLength) {
        error(span, fmt::format("the array '{}' needs a length or an initialiser", name));
        return false;
    }
    if (!is_complete(type)) {
        error(span, fmt::format("'{}' has the incomplete type '{}': its members are not known here", name,
                                type_name(type)));
        return false;
    }
    if (size_of(type) > kMaxStaticBytes) {
        error(span, fmt::format("'{}' is too large: the limit is 1 GiB", name));
        return false;
    }
    return true;
}

/// The object that an identifier with linkage stands for in all its scopes; null where the declaration is wrong.
Obj* Parser::linked_variable(const DeclSpec& spec, const Declarator& d) {
    Obj*& linked = externs_[d.name];
    const Binding* before = declared_here(d.name);
    if (before && (before->kind != Binding::Kind::object || before->object != linked) &&
        !check_redeclaration(d.name, d.span))
        return nullptr;
    if (!linked) {
        linked = new_global(d.name, d.type, d.span);
        linked->is_static = spec.is_static;
        linked->is_thread_local = spec.is_thread_local;
    } else if (linked->is_thread_local != spec.is_thread_local) {  // C11 6.7.1p3
        error(d.span, fmt::format("'{}' is {}thread-local here, but was {}before", d.name->text,
                                  spec.is_thread_local ? "" : "not ", spec.is_thread_local ? "not " : ""));
        note_before(linked->span);
        return nullptr;
    } else if (linked->is_function || !compatible(linked->type, d.type, true)) {
        conflict(linked, d.type, d.span);
        return nullptr;
    } else if (spec.is_static != linked->is_static && !spec.is_extern) {  // C11 6.2.2p7
        error(d.span,
              fmt::format("'{}' is {} here, but was {} before", d.name->text,
                          spec.is_static ? "static" : "not static", spec.is_static ? "not" : "static"));
        note_before(linked->span);
    } else {
        linked->type = composite(linked->type, d.type);
    }
    if (!before || before->kind != Binding::Kind::object)
        bind(d.name, Binding::Kind::object, d.span)->object = linked;
    return linked;
}

/// At file scope, or `extern` in a function.
void Parser::global_variable(const DeclSpec& spec, const Declarator& d) {
    Obj* object = linked_variable(spec, d);
    if (!object) object = new_global(d.name, d.type, d.span);  // only to go on
    merge_attributes(object, spec.attributes, d.attributes);
    if (is_variably_modified(d.type)) {  // C11 6.7.6.2p2
        error(d.span, fmt::format("'{}' cannot have a variable length: it lives as long as the program",
                                  d.name->text));
        object->type = types_.error;
    } else if (is_void(d.type)) {
        check_object_type(d.type, d.span, d.name->text);
        object->type = types_.error;
    }
    if (!eat(Tok::assign)) {
        if (spec.is_extern) return;
        if (!object->is_tentative && !object->is_defined) object->span = d.span;
        object->is_tentative = true;
        return;
    }
    if (spec.is_extern && !at_file_scope())
        error(d.span, fmt::format("'{}' is extern: it is defined and initialised elsewhere", d.name->text));
    else if (spec.is_extern)
        warn(d.span, "", fmt::format("'{}' is initialised: leave out 'extern'", d.name->text));
    if (object->is_defined) {
        error(d.span, fmt::format("'{}' is defined twice", d.name->text));
        note_before(object->span);
    }
    object->span = d.span;
    object->is_defined = true;
    Type* type = object->type;
    const bool open_array = type->kind == TypeKind::array && type->length == kUnknownLength;
    if (!open_array && !check_object_type(type, d.span, d.name->text)) type = types_.error;
    object->init = initialiser(type, true, d.span);
    object->type = type;
    if (open_array) check_object_type(type, d.span, d.name->text);
}

void Parser::static_local(const DeclSpec& spec, const Declarator& d) {
    Type* type = d.type;
    if (is_variably_modified(type)) {
        error(d.span, fmt::format("'{}' cannot have a variable length: it lives as long as the program",
                                  d.name->text));
        type = types_.error;
    }
    const bool is_new = check_redeclaration(d.name, d.span);
    Obj* object = new_global(d.name, type, d.span);
    object->is_static = object->is_defined = true;
    object->is_thread_local = spec.is_thread_local;
    merge_attributes(object, spec.attributes, d.attributes);
    if (is_new) bind(d.name, Binding::Kind::object, d.span)->object = object;
    const bool open_array =
        is(Tok::assign) && type->kind == TypeKind::array && type->length == kUnknownLength;
    if (!open_array && !check_object_type(type, d.span, d.name->text)) type = types_.error;
    if (eat(Tok::assign)) object->init = initialiser(type, true, d.span);
    if (open_array) check_object_type(type, d.span, d.name->text);
    object->type = type;
}

void Parser::local_variable(const DeclSpec& spec, Declarator& d, std::vector<Stmt*>* statements) {
    Type* type = d.type;
    if (is_variably_modified(type)) compute_vla_sizes(type, d.span, statements);
    const bool is_new = check_redeclaration(d.name, d.span);
    const bool open_array =
        is(Tok::assign) && type->kind == TypeKind::array && type->length == kUnknownLength;
    if (!open_array && !check_object_type(type, d.span, d.name->text)) type = types_.error;
    Obj* object = new_local(d.name, type, d.span);
    merge_attributes(object, spec.attributes, d.attributes);
    // The name's scope begins behind its declarator (C11 6.2.1p7): the initialiser may use it.
    if (is_new) bind(d.name, Binding::Kind::object, d.span)->object = object;
    Stmt* made = make_stmt(StmtKind::declare, d.span);
    made->object = object;
    made->parent = block_;
    if (type->kind == TypeKind::vla) {
        if (block_) ++block_->vla_count;
        if (is(Tok::assign))
            error(here(), fmt::format("'{}' has a variable length: it cannot be initialised", d.name->text));
        if (is(Tok::assign)) object->type = type = types_.error;
    }
    if (eat(Tok::assign)) {
        made->init = initialiser(type, false, d.span);
        made->span = join(d.span, previous());
        object->init = made->init;
        object->type = type;
        if (open_array) check_object_type(type, d.span, d.name->text);
    }
    statements->push_back(made);
}

/// GNU: __auto_type name = value; the name has the value's type.
void Parser::auto_type_variable(const DeclSpec& spec, Declarator& d, std::vector<Stmt*>* statements) {
    if (!statements || spec.is_static || spec.is_extern)
        unsupported(spec.span, Refused::auto_type_global);
    expect(Tok::assign, "after the name: '__auto_type' takes its type from the value");
    Node* value = rvalue(assignment());
    Type* type = value->type->unqualified;
    if (is_void(type)) {
        error(value->span, "there is no value here to take the type from");
        type = types_.error;
    }
    const bool is_new = check_redeclaration(d.name, d.span);
    Obj* object = new_local(d.name, type, d.span);
    merge_attributes(object, spec.attributes, d.attributes);
    if (is_new) bind(d.name, Binding::Kind::object, d.span)->object = object;
    Init* init = arena_.make<Init>();
    InitEntry entry;
    entry.size = size_of(type);
    entry.type = type;
    entry.expr = value;
    init->entries = arena_.list(std::vector<InitEntry>{entry});
    init->extent = entry.size;
    init->span = value->span;
    Stmt* made = make_stmt(StmtKind::declare, join(d.span, value->span));
    made->object = object;
    made->parent = block_;
    made->init = init;
    statements->push_back(made);
}

/// C11 6.7.6.2p5: a length is computed when the declaration is reached, and never again.
void Parser::vla_size_nodes(Type* type, Span span, std::vector<Node*>& out) {
    if (is_pointer(type) || is_array(type)) vla_size_nodes(type->base, span, out);
    if (type->kind != TypeKind::vla || type->vla_size) return;
    type->vla_size = new_local(nullptr, types_.ulong, span);
    if (!type->vla_length) {
        error(span, "'[*]' can stand in a prototype only: this array needs a length");
        return;
    }
    Node* element = type->base->kind == TypeKind::vla ? variable_node(type->base->vla_size, span)
                                                      : size_node(type->base, span);
    Node* bytes = make_binary(BinaryOp::mul, type->vla_length, element, span);
    out.push_back(
        pair_node(NodeKind::assign, types_.ulong, variable_node(type->vla_size, span), bytes, span));
}

void Parser::compute_vla_sizes(Type* type, Span span, std::vector<Stmt*>* statements) {
    std::vector<Node*> nodes;
    vla_size_nodes(type, span, nodes);
    for (Node* node : nodes) {
        Stmt* made = make_stmt(StmtKind::expr, span);
        made->expr = node;
        statements->push_back(made);
    }
}

}  // namespace ipclab::cc
