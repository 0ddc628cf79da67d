// Warnings about what compiles but is hardly meant. Those of gcc -Wall that catch beginners' errors; no guesses: each
// one is right wherever it appears.
#include <fmt/format.h>

#include "sim/cc/parser.h"

namespace ipclab::cc {

namespace {

bool is_operation(const Node* node, BinaryOp low, BinaryOp high) {
    node = without_implicit_casts(node);
    return node->kind == NodeKind::binary && !node->parenthesised && node->op >= low && node->op <= high;
}

bool is_comparison(const Node* node) {
    return is_operation(node, BinaryOp::eq, BinaryOp::ge);
}

/// Whether the value may be dropped: evaluating it does something, or somebody said so.
bool has_effect(const Node* node) {
    switch (node->kind) {
        case NodeKind::num:
        case NodeKind::fnum:
        case NodeKind::addr:
        case NodeKind::neg:
        case NodeKind::bitnot:
        case NodeKind::lognot:
        case NodeKind::ptr_add:
        case NodeKind::ptr_diff:
        case NodeKind::compound_literal:
            return is_void(node->type);
        case NodeKind::binary:
            return node->is_implicit;
        case NodeKind::var:
            return !node->object->name || is_volatile(node->type);
        case NodeKind::deref:
        case NodeKind::member:
            return is_void(node->type) || is_volatile(node->type);
        case NodeKind::cast:
            return is_void(node->type) || has_effect(node->lhs);
        case NodeKind::logand:
        case NodeKind::logor:
        case NodeKind::comma:
            return node->is_implicit || has_effect(node->rhs);
        case NodeKind::cond:
            return !node->lhs || has_effect(node->lhs) || has_effect(node->rhs);
        case NodeKind::error:
        case NodeKind::assign:
        case NodeKind::op_assign:
        case NodeKind::ptr_assign:
        case NodeKind::increment:
        case NodeKind::call:
        case NodeKind::stmt_expr:
        case NodeKind::va_start:
        case NodeKind::va_arg:
        case NodeKind::syscall:
        case NodeKind::intrinsic:
        case NodeKind::alloca_:
        case NodeKind::trap:
            return true;
    }
    return true;
}

const Obj* called(const Node* node) {
    node = without_implicit_casts(node);
    if (node->kind != NodeKind::call) return nullptr;
    const Node* callee = without_implicit_casts(node->lhs);
    return callee->kind == NodeKind::addr && callee->lhs->kind == NodeKind::var ? callee->lhs->object
                                                                                : nullptr;
}

}  // namespace

void Parser::check_unused_value(Node* node) {
    // The last expression of ({ ... }) is its value.
    const bool is_result = is(Tok::semicolon) && peek(1).kind == Tok::rbrace && peek(2).kind == Tok::rparen;
    if (is_error(node->type) || is_result) return;
    const Obj* function = called(node);
    if (function && !is_void(node->type) && wants_result_used(function)) {
        warn(node->span, "-Wunused-result",
             fmt::format("ignoring return value of '{}' declared with attribute 'warn_unused_result'",
                         function->name->text));
        return;
    }
    if (has_effect(node)) return;
    const Node* inner = without_implicit_casts(node);
    if (is_operation(inner, BinaryOp::eq, BinaryOp::eq))
        warn(node->span, "-Wunused-value", "the result of '==' is not used; did you mean '='?");
    else if (inner->kind == NodeKind::addr && is_function(inner->lhs->type) &&
             inner->lhs->kind == NodeKind::var && inner->lhs->object->name)
        warn(node->span, "-Wunused-value",
             fmt::format("this does not call '{0}'; did you mean '{0}()'?", inner->lhs->object->name->text));
    else
        warn(node->span, "-Wunused-value", "this value is not used");
}

void Parser::check_truth(const Node* node) {
    const Node* inner = without_implicit_casts(node);
    if (inner->kind != NodeKind::addr || inner->lhs->kind != NodeKind::var) return;
    const Obj* object = inner->lhs->object;
    // Strings are true on purpose in assert(x && "why").
    if (!object->name || object->is_weak || object->is_string) return;
    if (is_function(object->type))
        warn(node->span, "-Waddress",
             fmt::format("the address of the function '{0}' is always true; did you mean '{0}()'?",
                         object->name->text));
    else
        warn(node->span, "-Waddress", fmt::format("the address of '{}' is always true", object->name->text));
}

/// -Wparentheses: precedences that few remember.
void Parser::check_precedence(BinaryOp op, const Node* lhs, const Node* rhs, Span op_span) {
    const std::string_view text = op_text(op);
    if (op == BinaryOp::and_ || op == BinaryOp::or_ || op == BinaryOp::xor_) {
        for (const Node* side : {lhs, rhs}) {
            const Node* inner = without_implicit_casts(side);
            if (is_comparison(inner))
                warn(op_span, "-Wparentheses",
                     fmt::format("'{}' binds weaker than '{}': put one of them in parentheses", text,
                                 op_text(inner->op)));
            else if (op != BinaryOp::and_ && is_operation(inner, BinaryOp::add, BinaryOp::sub))
                warn(op_span, "-Wparentheses",
                     fmt::format("'{}' beside '{}': put one of them in parentheses", text,
                                 op_text(inner->op)));
        }
    } else if (op == BinaryOp::shl || op == BinaryOp::shr) {
        for (const Node* side : {lhs, rhs})
            if (is_operation(side, BinaryOp::add, BinaryOp::sub))
                warn(op_span, "-Wparentheses",
                     fmt::format("'{}' binds weaker than '{}': put one of them in parentheses", text,
                                 op_text(without_implicit_casts(side)->op)));
    } else if (op >= BinaryOp::lt && is_operation(lhs, BinaryOp::lt, BinaryOp::ge)) {
        warn(op_span, "-Wparentheses", "a < b < c compares the result of a < b, which is 0 or 1, with c");
    }
    if (op != BinaryOp::eq && op != BinaryOp::ne) return;
    for (const Node* side : {lhs, rhs})
        if (side->kind == NodeKind::var && side->object->is_string)
            warn(op_span, "-Waddress",
                 fmt::format("'{}' compares addresses, not characters: use strcmp", text));
}

/// flags & MASK == 0: the comparison is a number by now, but its tokens are still there.
void Parser::check_folded_comparison(BinaryOp op, const Node* rhs, std::size_t rhs_start, Span op_span) {
    if (op != BinaryOp::and_ && op != BinaryOp::or_ && op != BinaryOp::xor_) return;
    if (rhs->kind != NodeKind::num || rhs->parenthesised || at_ - rhs_start > 100) return;
    int depth = 0;
    for (std::size_t i = rhs_start; i < at_; ++i) {
        const Tok token = tokens_[i].kind;
        depth += token == Tok::lparen;
        depth -= token == Tok::rparen;
        if (depth == 0 && (token == Tok::equal || token == Tok::not_equal))
            return warn(op_span, "-Wparentheses",
                        fmt::format("'{}' binds weaker than '{}': put one of them in parentheses",
                                    op_text(op), spelling(token)));
    }
}

void Parser::check_mixed_logic(NodeKind kind, const Node* lhs, const Node* rhs, Span op_span) {
    if (kind != NodeKind::logor) return;
    for (const Node* side : {lhs, rhs})
        if (side->kind == NodeKind::logand && !side->parenthesised)
            warn(op_span, "-Wparentheses", "'||' binds weaker than '&&': put the '&&' in parentheses");
}

}  // namespace ipclab::cc
