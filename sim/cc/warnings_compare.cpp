// Warnings about comparisons: signed with unsigned, always true or false, with itself, of strings.
#include <fmt/format.h>

#include <limits>

#include "sim/cc/parser.h"

namespace ipclab::cc {

namespace {

const Node* strip_implicit(const Node* node) {
    while (node->kind == NodeKind::cast && node->is_implicit) node = node->lhs;
    return node;
}

bool is_boolean(const Node* node) {
    node = strip_implicit(node);
    return node->type->kind == TypeKind::bool_ || node->kind == NodeKind::lognot ||
           node->kind == NodeKind::logand || node->kind == NodeKind::logor ||
           (node->kind == NodeKind::binary && node->op >= BinaryOp::eq);
}

/// Whether a value of a signed type is known never to be negative.
bool is_nonnegative(const Node* node) {
    const Node* inner = strip_implicit(node);
    if (inner->kind == NodeKind::num) return inner->integer >= 0;
    // Narrow ones are promoted to int.
    const std::uint64_t bytes = size_of(inner->type);
    if (is_unsigned(inner->type) && (bytes < 4 || bytes < size_of(node->type))) return true;
    if (inner->kind == NodeKind::member && inner->member->is_bitfield && is_unsigned(inner->type) &&
        inner->member->bit_width < 32)
        return true;
    if (is_boolean(inner)) return true;
    switch (inner->kind) {
        case NodeKind::cast:
            return is_integer(inner->lhs->type) && size_of(inner->type) >= size_of(inner->lhs->type) &&
                   (is_unsigned(inner->lhs->type) ? size_of(inner->type) > size_of(inner->lhs->type)
                                                  : is_nonnegative(inner->lhs));
        case NodeKind::cond:
            return inner->lhs && is_nonnegative(inner->lhs) && is_nonnegative(inner->rhs);
        case NodeKind::call: {
            const Node* callee = strip_implicit(inner->lhs);
            return callee->kind == NodeKind::addr && callee->lhs->kind == NodeKind::var &&
                   callee->lhs->object->name &&
                   (callee->lhs->object->name->text == "abs" || callee->lhs->object->name->text == "labs");
        }
        case NodeKind::binary:
            switch (inner->op) {
                case BinaryOp::and_:
                    return is_nonnegative(inner->lhs) || is_nonnegative(inner->rhs);
                case BinaryOp::rem:
                case BinaryOp::shr:
                    return is_nonnegative(inner->lhs);
                case BinaryOp::mul:  // a square
                    return inner->lhs->kind == NodeKind::var && inner->rhs->kind == NodeKind::var &&
                           inner->lhs->object == inner->rhs->object;
                case BinaryOp::div:
                case BinaryOp::or_:
                case BinaryOp::xor_:
                    return is_nonnegative(inner->lhs) && is_nonnegative(inner->rhs);
                default:
                    return false;  // may be negative
            }
        default:
            return false;  // may be negative
    }
}

struct Range {
    std::int64_t low, high;
};

/// Of a type narrower than int64_t, or signed.
Range range_of(const Type* type) {
    if (type->kind == TypeKind::bool_) return {0, 1};
    const unsigned bits = static_cast<unsigned>(size_of(type) * 8);
    if (is_unsigned(type)) return {0, static_cast<std::int64_t>((std::uint64_t{1} << bits) - 1)};
    const auto high = static_cast<std::int64_t>((std::uint64_t{1} << (bits - 1)) - 1);
    return {-high - 1, high};
}

/// 1: always, 0: never, -1: as the case may be.
int decided(BinaryOp op, Range range, std::int64_t constant) {
    switch (op) {
        case BinaryOp::eq:
            return constant < range.low || constant > range.high ? 0 : -1;
        case BinaryOp::ne:
            return constant < range.low || constant > range.high ? 1 : -1;
        case BinaryOp::lt:
            return range.high < constant ? 1 : range.low >= constant ? 0 : -1;
        case BinaryOp::le:
            return range.high <= constant ? 1 : range.low > constant ? 0 : -1;
        case BinaryOp::gt:
            return range.low > constant ? 1 : range.high <= constant ? 0 : -1;
        case BinaryOp::ge:
            return range.low >= constant ? 1 : range.high < constant ? 0 : -1;
        default:
            return -1;  // no comparison
    }
}

/// a < b as b > a.
BinaryOp turned(BinaryOp op) {
    switch (op) {
        case BinaryOp::lt:
            return BinaryOp::gt;
        case BinaryOp::gt:
            return BinaryOp::lt;
        case BinaryOp::le:
            return BinaryOp::ge;
        case BinaryOp::ge:
            return BinaryOp::le;
        default:
            return op;  // == and != are their own
    }
}

}  // namespace

/// Whether both are the same object's value, without side effects.
bool Parser::same_expression(const Node* a, const Node* b) {
    a = strip_implicit(a);
    b = strip_implicit(b);
    if (a->kind != b->kind || a->op != b->op) return false;
    switch (a->kind) {
        case NodeKind::var:
            return a->object == b->object && !is_volatile(a->type) && !a->object->is_string;
        case NodeKind::num:
            return a->integer == b->integer;
        case NodeKind::member:
            return a->member == b->member && same_expression(a->lhs, b->lhs);
        case NodeKind::addr:
        case NodeKind::deref:
        case NodeKind::neg:
        case NodeKind::bitnot:
            return same_expression(a->lhs, b->lhs);
        case NodeKind::ptr_add:
            return !a->third && !b->third && a->integer == b->integer && same_expression(a->lhs, b->lhs) &&
                   same_expression(a->rhs, b->rhs);
        case NodeKind::binary:
            return same_expression(a->lhs, b->lhs) && same_expression(a->rhs, b->rhs);
        default:
            return false;  // calls, assignments
    }
}

void Parser::check_comparison(BinaryOp op, const Node* lhs, const Node* rhs, Span op_span) {
    if (unevaluated_) return;
    const Node *a = strip_implicit(lhs), *b = strip_implicit(rhs);
    const bool is_object = a->kind != NodeKind::num && a->kind != NodeKind::addr;
    if (is_object && !is_floating(a->type) && same_expression(a, b) && a->span != b->span)
        return warn(
            op_span, "-Wtautological-compare",
            fmt::format("self-comparison always evaluates to {}",
                        op == BinaryOp::eq || op == BinaryOp::le || op == BinaryOp::ge ? "true" : "false"));
    if (!is_integer(a->type) || !is_integer(b->type)) return;
    if (check_limits(op, a, b, op_span) || check_limits(turned(op), b, a, op_span)) return;
    check_sign_compare(op, lhs, rhs, op_span);
}

/// -Wtype-limits: a variable against a constant that it cannot reach.
bool Parser::check_limits(BinaryOp op, const Node* value, const Node* constant, Span op_span) {
    if (constant->kind != NodeKind::num || value->kind == NodeKind::num) return false;
    if (value->kind == NodeKind::member && value->member->is_bitfield) return false;
    if (value->type->kind == TypeKind::enum_) return false;
    const Type *common = common_type(value, constant), *type = value->type;
    const bool wraps = is_unsigned(common) && !is_unsigned(type);  // the value is another one there
    if (size_of(type) < size_of(common) && !wraps) {
        const int always = decided(op, range_of(type), canonical(constant->integer, common));
        if (always < 0 || is_boolean(value)) return false;
        warn(op_span, "-Wtype-limits",
             fmt::format("comparison is always {} due to limited range of data type",
                         always ? "true" : "false"));
        return true;
    }
    if (!is_unsigned(type) || constant->integer != 0 || (op != BinaryOp::lt && op != BinaryOp::ge))
        return false;
    warn(op_span, "-Wtype-limits",
         fmt::format("comparison of unsigned expression in '{} 0' is always {}", op_text(op),
                     op == BinaryOp::lt ? "false" : "true"));
    return true;
}

void Parser::check_sign_compare(BinaryOp op, const Node* lhs, const Node* rhs, Span op_span) {
    if (!is_unsigned(common_type(lhs, rhs))) return;
    const bool left_unsigned = is_unsigned(promoted_type(lhs)),
               right_unsigned = is_unsigned(promoted_type(rhs));
    if (left_unsigned == right_unsigned) return;
    const Node* signed_side = left_unsigned ? rhs : lhs;
    const Node* unsigned_side = strip_implicit(left_unsigned ? lhs : rhs);
    if (is_nonnegative(signed_side)) return;
    const bool is_equality = op == BinaryOp::eq || op == BinaryOp::ne;
    if (is_equality && unsigned_side->kind == NodeKind::num && unsigned_side->integer >= 0 &&
        unsigned_side->integer <= range_of(promoted_type(signed_side)).high)
        return;
    warn(op_span, "-Wsign-compare",
         fmt::format("comparison of integer expressions of different signedness: '{}' and '{}'",
                     type_name(strip_implicit(lhs)->type->unqualified),
                     type_name(strip_implicit(rhs)->type->unqualified)));
}

/// The results of ?: that become unsigned.
void Parser::check_sign_of_results(const Node* yes, const Node* no) {
    if (unevaluated_ || !is_integer(yes->type) || !is_integer(no->type)) return;
    const Type* common = common_type(yes, no);
    if (!is_unsigned(common)) return;
    for (const Node* side : {yes, no}) {
        const Type* own = promoted_type(side);
        if (is_unsigned(own) || is_nonnegative(side)) continue;
        warn(side->span, "-Wsign-compare",
             fmt::format("operand of '?:' changes signedness from '{}' to '{}' due to unsignedness of other "
                         "operand",
                         type_name(own), type_name(common)));
    }
}

/// -Wlogical-not-parentheses
void Parser::check_negated_side(BinaryOp op, const Node* lhs, const Node* rhs, Span op_span) {
    if (op < BinaryOp::eq || lhs->kind != NodeKind::lognot || lhs->parenthesised || is_boolean(rhs)) return;
    warn(op_span, "-Wlogical-not-parentheses",
         "logical not is only applied to the left hand side of comparison");
}

}  // namespace ipclab::cc
