// The operators: what they accept, the conversions they bring, the nodes they make (C11 6.5).
#include <fmt/format.h>

#include "sim/cc/parser.h"

namespace ipclab::cc {

namespace {

bool is_comparison(BinaryOp op) {
    return op >= BinaryOp::eq;
}

/// Whether the sum, difference or product of two constants is no value of the signed type.
bool overflows(BinaryOp op, const Type* type, std::int64_t a, std::int64_t b) {
    if (is_unsigned(type)) return false;
    std::int64_t exact = 0;
    const bool beyond = op == BinaryOp::add   ? __builtin_add_overflow(a, b, &exact)
                        : op == BinaryOp::sub ? __builtin_sub_overflow(a, b, &exact)
                        : op == BinaryOp::mul ? __builtin_mul_overflow(a, b, &exact)
                                              : false;
    return beyond || canonical(exact, type) != exact;
}

template <class Real>
Real fold_floating(BinaryOp op, Real a, Real b) {
    switch (op) {
        case BinaryOp::add:
            return a + b;
        case BinaryOp::sub:
            return a - b;
        case BinaryOp::mul:
            return a * b;
        default:
            return a / b;  // only division is left
    }
}

}  // namespace

Node* Parser::invalid_operands(Span span, BinaryOp op, Node* lhs, Node* rhs) {
    if (!is_error(lhs->type) && !is_error(rhs->type))
        error(span, fmt::format("'{}' cannot be applied to '{}' and '{}'", op_text(op), type_name(lhs->type),
                                type_name(rhs->type)));
    return error_node(span);
}

Node* Parser::make_binary(BinaryOp op, Node* lhs, Node* rhs, Span op_span) {
    lhs = rvalue(lhs);
    rhs = rvalue(rhs);
    if (is_error(lhs->type) || is_error(rhs->type)) return error_node(op_span);
    if (op == BinaryOp::add) {
        if (is_pointer(lhs->type) && is_integer(rhs->type)) return make_pointer_add(lhs, rhs, false, op_span);
        if (is_integer(lhs->type) && is_pointer(rhs->type)) return make_pointer_add(rhs, lhs, false, op_span);
    }
    if (op == BinaryOp::sub && is_pointer(lhs->type)) {
        if (is_pointer(rhs->type)) return make_pointer_difference(lhs, rhs, op_span);
        if (is_integer(rhs->type)) return make_pointer_add(lhs, rhs, true, op_span);
    }
    if (is_comparison(op)) return make_comparison(op, lhs, rhs, op_span);
    return make_arithmetic(op, lhs, rhs, op_span);
}

Node* Parser::make_arithmetic(BinaryOp op, Node* lhs, Node* rhs, Span op_span) {
    const bool integers_only = op == BinaryOp::rem || (op >= BinaryOp::and_ && op <= BinaryOp::shr);
    if (!is_arithmetic(lhs->type) || !is_arithmetic(rhs->type) ||
        (integers_only && !(is_integer(lhs->type) && is_integer(rhs->type))))
        return invalid_operands(op_span, op, lhs, rhs);
    Type* type = nullptr;
    if (op == BinaryOp::shl || op == BinaryOp::shr) {  // 6.5.7p3: each operand by itself
        lhs = promote(lhs);
        rhs = promote(rhs);
        type = lhs->type;
        if (rhs->kind == NodeKind::num &&
            (rhs->integer < 0 || rhs->integer >= static_cast<std::int64_t>(size_of(type) * 8)))
            warn(op_span, rhs->integer < 0 ? "-Wshift-count-negative" : "-Wshift-count-overflow",
                 fmt::format("shift by {} in a type of {} bits", rhs->integer, size_of(type) * 8));
    } else {
        type = common_type(lhs, rhs);
        lhs = cast(lhs, type, true);
        rhs = cast(rhs, type, true);
    }
    const Span span = join(lhs->span, rhs->span);
    if (lhs->kind == NodeKind::num && rhs->kind == NodeKind::num && is_integer(type)) {
        std::int64_t value = 0;
        if (fold(op, type, lhs, rhs, value)) {
            if (unevaluated_ == 0 && overflows(op, type, lhs->integer, rhs->integer))
                warn(op_span, "-Woverflow",
                     fmt::format("integer overflow in expression of type '{}' results in '{}'",
                                 type_name(type), value));
            return number_node(value, type, span);
        }
    }
    check_divisor(op, rhs, op_span);
    if (lhs->kind == NodeKind::fnum && rhs->kind == NodeKind::fnum) {
        Node* folded = make(NodeKind::fnum, type, span);
        folded->real = is_long_double(type) ? fold_floating(op, lhs->real, rhs->real)
                                            : fold_floating(op, static_cast<double>(lhs->real),
                                                            static_cast<double>(rhs->real));
        folded->real = rounded(folded->real, type);
        return folded;
    }
    Node* node = pair_node(NodeKind::binary, type, lhs, rhs, span);
    node->op = op;
    return node;
}

Node* Parser::make_comparison(BinaryOp op, Node* lhs, Node* rhs, Span op_span) {
    const Span span = join(lhs->span, rhs->span);
    check_comparison(op, lhs, rhs, op_span);
    if (is_arithmetic(lhs->type) && is_arithmetic(rhs->type)) {
        Type* type = common_type(lhs, rhs);
        lhs = cast(lhs, type, true);
        rhs = cast(rhs, type, true);
        if (lhs->kind == NodeKind::num && rhs->kind == NodeKind::num) {
            std::int64_t value = 0;
            if (fold(op, type, lhs, rhs, value)) return number_node(value, types_.int_, span);
        }
    } else if (is_pointer(lhs->type) && is_pointer(rhs->type)) {
        if (!is_null_constant(lhs) && !is_null_constant(rhs) && !is_void(lhs->type->base) &&
            !is_void(rhs->type->base) &&
            !compatible(lhs->type->base->unqualified, rhs->type->base->unqualified))
            warn(op_span, "",
                 fmt::format("comparison of distinct pointer types '{}' and '{}'", type_name(lhs->type),
                             type_name(rhs->type)));
    } else if (is_pointer(lhs->type) && is_integer(rhs->type)) {
        if (!is_null_constant(rhs))
            warn(op_span, "-Wint-conversion", "comparison between pointer and integer");
        rhs = cast(rhs, lhs->type, true);
    } else if (is_integer(lhs->type) && is_pointer(rhs->type)) {
        if (!is_null_constant(lhs))
            warn(op_span, "-Wint-conversion", "comparison between pointer and integer");
        lhs = cast(lhs, rhs->type, true);
    } else {
        return invalid_operands(op_span, op, lhs, rhs);
    }
    Node* node = pair_node(NodeKind::binary, types_.int_, lhs, rhs, span);
    node->op = op;
    return node;
}

Node* Parser::make_logical(NodeKind kind, Node* lhs, Node* rhs) {
    const std::string_view of = kind == NodeKind::logand ? "an operand of '&&'" : "an operand of '||'";
    lhs = scalar_condition(lhs, of);
    rhs = scalar_condition(rhs, of);
    const Span span = join(lhs->span, rhs->span);
    if (is_error(lhs->type) || is_error(rhs->type)) return error_node(span);
    if (lhs->kind == NodeKind::num) {
        const bool decides = (lhs->integer != 0) == (kind == NodeKind::logor);
        if (decides) return number_node(kind == NodeKind::logor, types_.int_, span);
        if (rhs->kind == NodeKind::num) return number_node(rhs->integer != 0, types_.int_, span);
    }
    return pair_node(kind, types_.int_, lhs, rhs, span);
}

bool Parser::arithmetic_on_pointer(Type* pointer, Span op_span) {
    Type* target = pointer->base;
    if (is_complete(target) || is_void(target) || is_function(target))
        return true;  // GNU: void counts as one byte
    error(op_span, fmt::format("arithmetic on a pointer to the incomplete type '{}'", type_name(target)));
    return false;
}

void Parser::set_element_size(Node* node, Type* pointer) {
    Type* target = pointer->base;
    if (target->kind == TypeKind::vla && target->vla_size) {
        node->third = cast(variable_node(target->vla_size, node->span), types_.long_, true);
        node->integer = 1;
    } else {
        node->integer = static_cast<std::int64_t>(size_of(target));
    }
}

Node* Parser::make_pointer_add(Node* pointer, Node* index, bool subtract, Span op_span) {
    if (!arithmetic_on_pointer(pointer->type, op_span)) return error_node(op_span);
    index = cast(promote(index),
                 is_unsigned(promoted_type(index)) && size_of(index->type) < 8 ? types_.ulong : types_.long_,
                 true);
    if (index->type->kind != TypeKind::long_) index = cast(index, types_.long_, true);
    Node* node =
        pair_node(NodeKind::ptr_add, pointer->type, pointer, index, join(pointer->span, index->span));
    set_element_size(node, pointer->type);
    if (subtract) {
        if (node->third)
            node->rhs = make_unary(NodeKind::neg, index, op_span);
        else
            node->integer = -node->integer;
    }
    return node;
}

Node* Parser::make_pointer_difference(Node* lhs, Node* rhs, Span op_span) {
    if (!arithmetic_on_pointer(lhs->type, op_span)) return error_node(op_span);
    if (!compatible(lhs->type->base->unqualified, rhs->type->base->unqualified))
        return invalid_operands(op_span, BinaryOp::sub, lhs, rhs);
    Node* node = pair_node(NodeKind::ptr_diff, types_.long_, lhs, rhs, join(lhs->span, rhs->span));
    set_element_size(node, lhs->type);
    return node;
}

/// C11 6.5.15.
Node* Parser::make_conditional(Node* condition, Node* yes, Node* no, Span op_span) {
    const bool same_as_condition = yes == nullptr;  // GNU: a ?: b
    if (same_as_condition) yes = condition;
    yes = rvalue(yes);
    no = rvalue(no);
    if (is_error(condition->type) || is_error(yes->type) || is_error(no->type)) return error_node(op_span);
    Type* type = nullptr;
    if (is_arithmetic(yes->type) && is_arithmetic(no->type)) {
        check_sign_of_results(yes, no);
        type = common_type(yes, no);
    } else if (is_void(yes->type) || is_void(no->type)) {
        type = types_.void_;
    } else if (is_record(yes->type) && yes->type->unqualified == no->type->unqualified) {
        type = yes->type->unqualified;
    } else if (is_pointer(yes->type) && is_null_constant(no)) {
        type = yes->type;
    } else if (is_pointer(no->type) && is_null_constant(yes)) {
        type = no->type;
    } else if (is_pointer(yes->type) && is_pointer(no->type)) {
        const std::uint8_t qualifiers = yes->type->base->qualifiers | no->type->base->qualifiers;
        Type *a = yes->type->base->unqualified, *b = no->type->base->unqualified;
        Type* target = is_void(a) ? a : is_void(b) ? b : compatible(a, b) ? composite(a, b) : nullptr;
        if (!target) {
            warn(op_span, "-Wincompatible-pointer-types",
                 fmt::format("the two results have different pointer types '{}' and '{}'",
                             type_name(yes->type), type_name(no->type)));
            target = types_.void_;
        }
        type = types_.pointer(types_.qualified(target, qualifiers));
    } else if (is_pointer(yes->type) && is_integer(no->type)) {
        warn(op_span, "-Wint-conversion", "the two results are a pointer and an integer");
        type = yes->type;
    } else if (is_integer(yes->type) && is_pointer(no->type)) {
        warn(op_span, "-Wint-conversion", "the two results are an integer and a pointer");
        type = no->type;
    } else {
        error(op_span,
              fmt::format("the two results of '?:' have types '{}' and '{}', which do not go together",
                          type_name(yes->type), type_name(no->type)));
        return error_node(op_span);
    }
    if (!is_void(type) && !is_record(type)) {
        yes = cast(yes, type, true);
        no = cast(no, type, true);
    }
    const Span span = join(condition->span, no->span);
    if (condition->kind == NodeKind::num && !same_as_condition) {
        Node* chosen = condition->integer ? yes : no;
        if (chosen->kind == NodeKind::num || chosen->kind == NodeKind::fnum || chosen->kind == NodeKind::addr)
            return chosen;
    }
    Node* node = pair_node(NodeKind::cond, type, same_as_condition ? no : yes, no, span);
    if (same_as_condition) node->lhs = nullptr;
    node->third = same_as_condition ? cast(condition, type, true) : condition;
    node->height = std::max<std::uint16_t>(node->height, static_cast<std::uint16_t>(condition->height + 1));
    return node;
}

bool Parser::check_modifiable(Node* node, Span op_span, std::string_view use) {
    if (is_error(node->type)) return false;
    if (!is_lvalue(node)) {
        error(op_span, fmt::format("{} needs an object on its left, and this is only a value", use));
        return false;
    }
    if (is_array(node->type) || is_function(node->type)) {
        const bool is_text = is_array(node->type) && node->type->base->unqualified->kind == TypeKind::char_;
        error(op_span, fmt::format("{} cannot change '{}' as a whole{}", use, type_name(node->type),
                                   is_text                ? ": copy the characters with strcpy"
                                   : is_array(node->type) ? ": copy the elements one by one, or with memcpy"
                                                          : ""));
        return false;
    }
    if (is_const(node->type) || (is_record(node->type) && node->type->record->has_const)) {
        error(op_span,
              fmt::format("{} cannot change a const object of type '{}'", use, type_name(node->type)));
        return false;
    }
    check_bounds(node);
    if (!is_complete(node->type)) {
        error(op_span, fmt::format("{} cannot change an object of the incomplete type '{}'", use,
                                   type_name(node->type)));
        return false;
    }
    return true;
}

Node* Parser::make_assign(Node* target, Node* value, Span op_span) {
    if (is_error(value->type) || !check_modifiable(target, op_span, "'='")) return error_node(op_span);
    value = convert_assigned(value, target->type, op_span, "assignment");
    if (is_error(value->type)) return error_node(op_span);
    if (is_atomic(target->type) && is_scalar(target->type))
        return atomic_store(target, value, join(target->span, value->span));
    return pair_node(NodeKind::assign, target->type->unqualified, target, value,
                     join(target->span, value->span));
}

Node* Parser::make_op_assign(BinaryOp op, Node* target, Node* value, Span op_span) {
    if (is_error(value->type) || !check_modifiable(target, op_span, "the assignment"))
        return error_node(op_span);
    value = rvalue(value);
    mark_read(target);
    const Span span = join(target->span, value->span);
    if (is_atomic(target->type) && is_scalar(target->type))
        return atomic_compute(target, op, value, true, span);
    if (is_pointer(target->type)) {
        if ((op != BinaryOp::add && op != BinaryOp::sub) || !is_integer(value->type))
            return invalid_operands(op_span, op, target, value);
        Node* sum = make_pointer_add(target, value, op == BinaryOp::sub, op_span);
        if (is_error(sum->type)) return sum;
        sum->kind = NodeKind::ptr_assign;
        sum->type = target->type->unqualified;
        sum->span = span;
        return sum;
    }
    const bool integers_only = op == BinaryOp::rem || op >= BinaryOp::and_;
    if (!is_arithmetic(target->type) || !is_arithmetic(value->type) ||
        (integers_only && !(is_integer(target->type) && is_integer(value->type))))
        return invalid_operands(op_span, op, target, value);
    check_divisor(op, value, op_span);
    const bool is_shift = op == BinaryOp::shl || op == BinaryOp::shr;
    Type* compute = is_shift ? promoted_type(target) : common_type(target, value);
    Node* node = pair_node(NodeKind::op_assign, target->type->unqualified, target,
                           is_shift ? promote(value) : cast(value, compute, true), span);
    node->op = op;
    node->compute = compute;
    return node;
}

Node* Parser::make_increment(Node* target, int step, bool post, Span op_span) {
    if (!check_modifiable(target, op_span, step > 0 ? "'++'" : "'--'")) return error_node(op_span);
    mark_read(target);
    const Span span = join(target->span, op_span);
    if (!is_scalar(target->type)) {
        error(op_span,
              fmt::format("'{}' cannot be applied to '{}'", step > 0 ? "++" : "--", type_name(target->type)));
        return error_node(op_span);
    }
    if (is_atomic(target->type))
        return atomic_compute(target, step > 0 ? BinaryOp::add : BinaryOp::sub,
                              number_node(1, types_.int_, op_span), !post, span);
    Node* node = unary_node(NodeKind::increment, target->type->unqualified, target, span);
    node->is_post = post;
    node->integer = step;
    if (is_pointer(target->type)) {
        if (!arithmetic_on_pointer(target->type, op_span)) return error_node(op_span);
        set_element_size(node, target->type);
        if (node->third) {
            Node* one = cast(number_node(1, types_.long_, op_span), types_.long_, true);
            return make_op_assign(step > 0 ? BinaryOp::add : BinaryOp::sub, target, one, op_span);
        }
        node->integer *= step;
    }
    return node;
}

Node* Parser::make_address(Node* node, Span op_span) {
    if (is_error(node->type)) return node;
    const Span span = join(op_span, node->span);
    mark_read(node);
    if (is_function(node->type)) return unary_node(NodeKind::addr, types_.pointer(node->type), node, span);
    if (node->kind == NodeKind::deref) {  // 6.5.3.2p3: &*p is p
        Node* pointer = node->lhs;
        return pointer->type == types_.pointer(node->type) ? pointer
                                                           : cast(pointer, types_.pointer(node->type), true);
    }
    if (!is_lvalue(node)) {
        error(op_span, "'&' needs an object: this is only a value, which has no address");
        return error_node(span);
    }
    if (bitfield_of(node)) {
        error(op_span, "a bit-field has no address");
        return error_node(span);
    }
    take_address(node);
    return unary_node(NodeKind::addr, types_.pointer(node->type), node, span);
}

Node* Parser::make_deref(Node* node, Span op_span) {
    node = rvalue(node);
    if (is_error(node->type)) return node;
    const Span span = join(op_span, node->span);
    if (!is_pointer(node->type)) {
        error(op_span, fmt::format("'*' needs a pointer, not '{}'", type_name(node->type)));
        return error_node(span);
    }
    if (node->kind == NodeKind::addr && (is_function(node->lhs->type) || node->is_implicit) &&
        node->lhs->type == node->type->base)
        return node->lhs;
    return unary_node(NodeKind::deref, node->type->base, node, span);
}

Node* Parser::make_unary(NodeKind kind, Node* node, Span op_span) {
    const Span span = join(op_span, node->span);
    if (kind == NodeKind::lognot) {
        node = scalar_condition(node, "the operand of '!'");
        if (is_error(node->type)) return node;
        if (node->kind == NodeKind::num) return number_node(node->integer == 0, types_.int_, span);
        return unary_node(kind, types_.int_, node, span);
    }
    node = promote(node);
    if (is_error(node->type)) return node;
    if (!is_arithmetic(node->type) || (kind == NodeKind::bitnot && !is_integer(node->type))) {
        error(op_span, fmt::format("'{}' cannot be applied to '{}'", kind == NodeKind::neg ? "-" : "~",
                                   type_name(node->type)));
        return error_node(span);
    }
    if (node->kind == NodeKind::num) {
        const auto bits = static_cast<std::uint64_t>(node->integer);
        return number_node(static_cast<std::int64_t>(kind == NodeKind::neg ? 0 - bits : ~bits), node->type,
                           span);
    }
    if (node->kind == NodeKind::fnum) {
        Node* folded = make(NodeKind::fnum, node->type, span);
        folded->real = -node->real;
        return folded;
    }
    return unary_node(kind, node->type, node, span);
}

Node* Parser::make_comma(Node* lhs, Node* rhs) {
    rhs = rvalue(rhs);
    lhs = discarded(lhs);
    if (is_error(lhs->type) || is_error(rhs->type)) return error_node(join(lhs->span, rhs->span));
    return pair_node(NodeKind::comma, rhs->type, lhs, rhs, join(lhs->span, rhs->span));
}

}  // namespace ipclab::cc
