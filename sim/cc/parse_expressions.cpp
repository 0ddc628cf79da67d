// Expressions, from the comma down to the unary operators (C11 6.5, 6.6).
#include <fmt/format.h>

#include <algorithm>

#include "sim/cc/parser.h"

namespace ipclab::cc {

namespace {

struct Operator {
    int precedence = 0;  ///< 0: no binary operator
    BinaryOp op = BinaryOp::add;
};

constexpr int kLogicalOr = 1, kLogicalAnd = 2, kLowest = 1;

Operator binary_operator(Tok token) {
    switch (token) {
        case Tok::pipe_pipe:
            return {kLogicalOr, {}};
        case Tok::amp_amp:
            return {kLogicalAnd, {}};
        case Tok::pipe:
            return {3, BinaryOp::or_};
        case Tok::caret:
            return {4, BinaryOp::xor_};
        case Tok::amp:
            return {5, BinaryOp::and_};
        case Tok::equal:
            return {6, BinaryOp::eq};
        case Tok::not_equal:
            return {6, BinaryOp::ne};
        case Tok::less:
            return {7, BinaryOp::lt};
        case Tok::less_equal:
            return {7, BinaryOp::le};
        case Tok::greater:
            return {7, BinaryOp::gt};
        case Tok::greater_equal:
            return {7, BinaryOp::ge};
        case Tok::shl:
            return {8, BinaryOp::shl};
        case Tok::shr:
            return {8, BinaryOp::shr};
        case Tok::plus:
            return {9, BinaryOp::add};
        case Tok::minus:
            return {9, BinaryOp::sub};
        case Tok::star:
            return {10, BinaryOp::mul};
        case Tok::slash:
            return {10, BinaryOp::div};
        case Tok::percent:
            return {10, BinaryOp::rem};
        default:
            return {};  // another token
    }
}

/// The operator of a compound assignment; false for other tokens.
bool assignment_operator(Tok token, BinaryOp& op) {
    switch (token) {
        case Tok::star_assign:
            op = BinaryOp::mul;
            return true;
        case Tok::slash_assign:
            op = BinaryOp::div;
            return true;
        case Tok::percent_assign:
            op = BinaryOp::rem;
            return true;
        case Tok::plus_assign:
            op = BinaryOp::add;
            return true;
        case Tok::minus_assign:
            op = BinaryOp::sub;
            return true;
        case Tok::shl_assign:
            op = BinaryOp::shl;
            return true;
        case Tok::shr_assign:
            op = BinaryOp::shr;
            return true;
        case Tok::amp_assign:
            op = BinaryOp::and_;
            return true;
        case Tok::caret_assign:
            op = BinaryOp::xor_;
            return true;
        case Tok::pipe_assign:
            op = BinaryOp::or_;
            return true;
        default:
            return false;  // another token
    }
}

}  // namespace

/// expression = assignment ("," assignment)*
Node* Parser::expression() {
    Node* node = assignment();
    while (is(Tok::comma)) {
        advance();
        check_unused_value(node);
        node = make_comma(node, assignment());
    }
    return node;
}

/// assignment = conditional (("=" | "*=" | ...) assignment)?
Node* Parser::assignment() {
    Nesting nesting(*this);
    Node* node = conditional();
    const Span op_span = here();
    BinaryOp op{};
    if (eat(Tok::assign)) return make_assign(node, assignment(), op_span);
    if (!assignment_operator(kind(), op)) return node;
    advance();
    return make_op_assign(op, node, assignment(), op_span);
}

/// conditional = binary ("?" expression? ":" conditional)?
Node* Parser::conditional() {
    Node* node = binary(kLowest);
    if (!is(Tok::question)) return node;
    Nesting nesting(*this);
    const Span op_span = here();
    advance();
    node = scalar_condition(node, "the condition of '?:'");
    // The side that a constant condition does not choose is not evaluated.
    const bool constant = node->kind == NodeKind::num;
    Node* yes = nullptr;
    if (!is(Tok::colon)) {
        Restored<int> unevaluated(unevaluated_);
        unevaluated_ += constant && node->integer == 0;
        yes = expression();
    }
    expect(Tok::colon, "between the two results of '?:'");
    Restored<int> unevaluated(unevaluated_);
    unevaluated_ += constant && node->integer != 0;
    Node* no = conditional();
    return make_conditional(node, yes, no, op_span);
}

/// binary = cast (operator cast)*, by precedence climbing
Node* Parser::binary(int lowest) {
    Node* node = cast_expression();
    for (;;) {
        const Tok token = kind();
        const Operator found = binary_operator(token);
        if (found.precedence < lowest || found.precedence == 0) return node;
        const Span op_span = here();
        advance();
        const std::size_t rhs_start = at_;
        Node* rhs = binary(found.precedence + 1);
        if (found.precedence <= kLogicalAnd) {
            const NodeKind logical = token == Tok::amp_amp ? NodeKind::logand : NodeKind::logor;
            check_mixed_logic(logical, node, rhs, op_span);
            node = make_logical(logical, node, rhs);
        } else {
            check_precedence(found.op, node, rhs, op_span);
            check_negated_side(found.op, node, rhs, op_span);
            check_folded_comparison(found.op, rhs, rhs_start, op_span);
            node = make_binary(found.op, node, rhs, op_span);
        }
    }
}

/// cast = "(" type-name ")" cast | unary
Node* Parser::cast_expression() {
    if (!is(Tok::lparen) || !starts_type(peek(1))) return unary();
    Nesting nesting(*this);
    const Span open = here();
    Type* type = nullptr;
    if (Node* literal = parenthesised_type(open, type)) return postfix_operators(literal);
    std::vector<Stmt*> statements;
    if (function_ && is_variably_modified(type)) compute_vla_sizes(type, open, &statements);
    Node* operand = cast_expression();
    Node* node = explicit_cast(operand, type, join(open, operand->span));
    return with_vla_sizes(statements, node, open);
}

/// "(" type-name ")", and the compound literal where a brace follows: else null.
Node* Parser::parenthesised_type(Span open, Type*& type) {
    expect(Tok::lparen, "before a type");
    type = type_name_();
    expect_closing(Tok::rparen, open, "after the type");
    return is(Tok::lbrace) ? compound_literal(type, open) : nullptr;
}

/// `value` after what computes the sizes of the variable-length array types that it mentions.
Node* Parser::with_vla_sizes(std::vector<Stmt*>& statements, Node* value, Span span) {
    if (statements.empty() || is_error(value->type)) return value;
    Stmt* last = make_stmt(StmtKind::expr, span);
    last->expr = value;
    statements.push_back(last);
    Stmt* body = make_stmt(StmtKind::block, span);
    body->end = span;
    body->parent = block_;
    body->items = arena_.list(statements);
    Node* node = make(NodeKind::stmt_expr, value->type, span);
    node->statement = body;
    return node;
}

/// unary = operator cast | "++" unary | "--" unary | sizeof | alignof | postfix
Node* Parser::unary() {
    switch (kind()) {
        case Tok::plus_plus:
        case Tok::minus_minus: {
            Nesting nesting(*this);
            const Span span = here();
            const int step = is(Tok::plus_plus) ? 1 : -1;
            advance();
            return make_increment(unary(), step, false, span);
        }
        case Tok::amp:
        case Tok::star:
        case Tok::plus:
        case Tok::minus:
        case Tok::tilde:
        case Tok::bang:
        case Tok::kw_extension:
            return unary_operator(kind());
        case Tok::amp_amp:
            unsupported(here(), Refused::label_addresses);
        case Tok::kw_sizeof:
            return sizeof_expression(false);
        case Tok::kw_alignof:
            return sizeof_expression(true);
        default:
            return postfix_operators(primary());
    }
}

Node* Parser::unary_operator(Tok op) {
    Nesting nesting(*this);
    const Span span = here();
    advance();
    Node* operand = cast_expression();
    switch (op) {
        case Tok::amp:
            return make_address(operand, span);
        case Tok::star:
            return make_deref(operand, span);
        case Tok::minus:
            return make_unary(NodeKind::neg, operand, span);
        case Tok::tilde:
            return make_unary(NodeKind::bitnot, operand, span);
        case Tok::bang:
            return make_unary(NodeKind::lognot, operand, span);
        case Tok::kw_extension:
            return operand;
        default:
            break;  // plus is left
    }
    operand = promote(operand);
    if (is_error(operand->type)) return operand;
    if (!is_arithmetic(operand->type)) {
        error(span, fmt::format("'+' cannot be applied to '{}'", type_name(operand->type)));
        return error_node(span);
    }
    // A value, which cannot be assigned to.
    return is_lvalue(operand) ? unary_node(NodeKind::cast, operand->type, operand, join(span, operand->span))
                              : operand;
}

/// ("sizeof" | "_Alignof") ("(" type-name ")" | unary)
Node* Parser::sizeof_expression(bool alignment) {
    Nesting nesting(*this);
    const Span span = here();
    const std::string_view word = alignment ? "_Alignof" : "sizeof";
    advance();
    Node* operand = nullptr;
    Type* type = nullptr;
    std::vector<Stmt*> statements;
    {
        Restored<int> unevaluated(unevaluated_);
        ++unevaluated_;
        if (is(Tok::lparen) && starts_type(peek(1))) {
            operand = parenthesised_type(here(), type);
            if (operand) operand = postfix_operators(operand);
        } else {
            operand = unary();
        }
        if (operand) type = operand->type;
        if (!operand && !alignment && function_ && is_variably_modified(type))
            compute_vla_sizes(type, span, &statements);
    }
    const Span whole = join(span, previous());
    if (is_error(type)) return error_node(whole);
    if (operand && bitfield_of(operand)) {
        error(operand->span, fmt::format("'{}' cannot be applied to a bit-field", word));
        return error_node(whole);
    }
    if (!alignment) {
        Node* size = sizeof_type(type, whole);
        if (size->kind == NodeKind::num) size->lhs = operand;  // for -Wsizeof-pointer-memaccess
        return with_vla_sizes(statements, size, whole);
    }
    if (is_record(type) && !is_complete(type)) {
        error(whole, fmt::format("the alignment of '{}' is not known here: the type is incomplete",
                                 type_name(type)));
        return error_node(whole);
    }
    std::uint32_t align = align_of(type);
    if (operand && operand->kind == NodeKind::var) align = std::max(align, operand->object->align);
    return number_node(align, types_.ulong, whole);
}

/// C11 6.6: a constant expression of integer type; 0 where it is none, which has been reported.
std::int64_t Parser::constant_expression(std::string_view what, bool* is_u) {
    Restored<bool> outer_static(static_init_);
    static_init_ = false;  // an integer constant expression reads no object, not even a const one
    Node* node = rvalue(conditional());
    if (is_error(node->type)) return 0;
    if (is_u) *is_u = is_integer(node->type) && is_unsigned(node->type);
    if (node->kind == NodeKind::num && is_integer(node->type)) return node->integer;
    Address value;
    if (is_integer(node->type) && evaluate_address(node, value) && !value.object)
        return canonical(value.addend, node->type);
    const Node* inner = node;
    while (inner->kind == NodeKind::cast && inner->is_implicit) inner = inner->lhs;
    std::string hint;
    if (inner->kind == NodeKind::var && inner->object->name && is_const(inner->type))
        hint = fmt::format(
            ": '{}' is a variable even though it is const; use an enumeration constant or #define",
            inner->object->name->text);
    else if (!is_integer(node->type))
        hint = fmt::format(", not a value of type '{}'", type_name(node->type));
    error(node->span, fmt::format("{} must be an integer constant expression{}", what, hint));
    return 0;
}

}  // namespace ipclab::cc
