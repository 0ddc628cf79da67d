// Expressions to code: values, conditions, effects.
#include <bit>
#include <limits>

#include "sim/cc/codegen.h"

namespace ipclab::cc {

namespace {

bool is_comparison(BinaryOp op) {
    return op >= BinaryOp::eq;
}

BinaryOp inverted(BinaryOp op) {
    constexpr BinaryOp inverse[] = {BinaryOp::ne, BinaryOp::eq, BinaryOp::ge,
                                    BinaryOp::gt, BinaryOp::le, BinaryOp::lt};
    return inverse[static_cast<int>(op) - static_cast<int>(BinaryOp::eq)];
}

/// The comparison with its operands exchanged.
BinaryOp mirrored(BinaryOp op) {
    switch (op) {
        case BinaryOp::lt:
            return BinaryOp::gt;
        case BinaryOp::le:
            return BinaryOp::ge;
        case BinaryOp::gt:
            return BinaryOp::lt;
        case BinaryOp::ge:
            return BinaryOp::le;
        default:
            return op;
    }
}

enum class Width : std::uint8_t { signed32, unsigned32, signed64, unsigned64 };

Width width_of(const Type* type) {
    if (size_of(type) == 8) return is_unsigned(type) ? Width::unsigned64 : Width::signed64;
    return is_unsigned(type) ? Width::unsigned32 : Width::signed32;
}

struct OperatorRow {
    vm::Opcode forms[4];       // by Width
    vm::Opcode immediates[4];  // likewise; trap: there is none
};

/// By BinaryOp, up to shr.
const OperatorRow& row_of(BinaryOp op) {
    using enum vm::Opcode;
    static constexpr OperatorRow rows[] = {
        {{addw, adduw, addl, add}, {addwi, adduwi, addli, addi}},
        {{subw, subuw, subl, sub}, {trap, trap, trap, trap}},
        {{mulw, muluw, mull, mul}, {mulwi, muluwi, mulli, muli}},
        {{divsw, divuw, divs, divu}, {divswi, divuwi, divsi, divui}},
        {{remsw, remuw, rems, remu}, {remswi, remuwi, remsi, remui}},
        {{and_, and_, and_, and_}, {andi, andi, andi, andi}},
        {{or_, or_, or_, or_}, {ori, ori, ori, ori}},
        {{xor_, xor_, xor_, xor_}, {xori, xori, xori, xori}},
        {{shlw, shluw, shl, shl}, {shlwi, shluwi, shli, shli}},
        {{shrsw, shruw, shrs, shru}, {shrswi, shruwi, shrsi, shrui}},
    };
    return rows[static_cast<int>(op)];
}

}  // namespace

int Generator::value(Node* n, int want) {
    return value_inner(n, want);
}

int Generator::value_inner(Node* n, int want) {
    switch (n->kind) {
        case NodeKind::error:
            return want == kAny ? temporary() : want;
        case NodeKind::num: {
            const int to = destination(next_, want);
            load_constant(n->span, to, n->integer);
            return to;
        }
        case NodeKind::fnum: {
            if (is_long_double(n->type)) return extended_constant(n->span, n->real, want);
            const int to = destination(next_, want);
            load_constant(n->span, to, std::bit_cast<std::int64_t>(static_cast<double>(n->real)));
            return to;
        }
        case NodeKind::var:
        case NodeKind::deref:
        case NodeKind::member:
        case NodeKind::compound_literal: {
            if (is_record(n->type)) return settle(n->span, next_, record_address(n), want);
            const int mark = next_;
            const Place p = place(n);
            if (p.reg >= 0) {
                use_register(n->span, p.reg);
                return settle(n->span, mark, p.reg, want);
            }
            const int to = want == kAny ? -1 : want;
            const int loaded = load(n->span, p, n->type, to);
            return settle(n->span, mark, loaded, want);
        }
        case NodeKind::addr: {
            const int mark = next_;
            if (n->lhs->kind == NodeKind::var && n->lhs->object->is_function) {
                const int to = destination(mark, want);
                load_address(n->span, to, symbol_of(n->lhs->object), 0);
                return to;
            }
            return settle(n->span, mark, address(n->span, place(n->lhs), want), want);
        }
        case NodeKind::cast: {
            if (is_void(n->type)) {
                effect(n->lhs);
                return destination(next_, want);
            }
            if (is_record(n->type)) return settle(n->span, next_, record_address(n), want);
            const int mark = next_;
            const int from = value(n->lhs);
            return settle(n->span, mark, convert(n->span, from, n->lhs->type, n->type, want), want);
        }
        case NodeKind::neg:
        case NodeKind::bitnot:
            return unary(n, want);
        case NodeKind::lognot:
        case NodeKind::logand:
        case NodeKind::logor:
            return truth(n, want);
        case NodeKind::binary:
            return is_comparison(n->op) ? comparison(n, want) : binary(n, want);
        case NodeKind::ptr_add:
            return pointer_add(n, want);
        case NodeKind::ptr_diff:
            return pointer_difference(n, want);
        case NodeKind::cond:
            return conditional(n, want);
        case NodeKind::comma:
            effect(n->lhs);
            return value(n->rhs, want);
        case NodeKind::assign:
            return assign(n, want, true);
        case NodeKind::op_assign:
            return op_assign(n, want, true);
        case NodeKind::ptr_assign:
            return pointer_assign(n, want, true);
        case NodeKind::increment:
            return increment(n, want, true);
        case NodeKind::call:
            return call(n, want);
        case NodeKind::stmt_expr:
            return statement_expression(n, want, is_by_address(n->type));
        case NodeKind::va_start:
            start_arguments(n);
            return destination(next_, want);
        case NodeKind::va_arg:
            return next_argument(n, want);
        case NodeKind::syscall:
            return system_call(n, want);
        case NodeKind::intrinsic:
            return intrinsic(n, want);
        case NodeKind::alloca_:
            return alloca_expression(n, want);
        case NodeKind::trap:
            emit(n->span, Op::trap);
            return destination(next_, want);
    }
    return destination(next_, want);
}

/// For what it does, not for its value.
void Generator::effect(Node* n) {
    const int mark = next_;
    const std::int64_t frame_mark = frame_;
    switch (n->kind) {
        case NodeKind::assign:
            assign(n, kAny, false);
            break;
        case NodeKind::op_assign:
            op_assign(n, kAny, false);
            break;
        case NodeKind::ptr_assign:
            pointer_assign(n, kAny, false);
            break;
        case NodeKind::increment:
            increment(n, kAny, false);
            break;
        case NodeKind::cast:
            effect(n->lhs);
            break;
        case NodeKind::comma:
            effect(n->lhs);
            effect(n->rhs);
            break;
        case NodeKind::num:
        case NodeKind::fnum:
            break;
        case NodeKind::var:
            if (n->object->in_memory && is_volatile(n->type) && is_scalar(n->type)) value(n);
            break;
        case NodeKind::logand:
        case NodeKind::logor: {
            const int end = new_label();
            branch(n->lhs, end, n->kind == NodeKind::logor);
            effect(n->rhs);
            bind(end);
            break;
        }
        case NodeKind::cond: {
            const int otherwise = new_label(), end = new_label();
            if (!n->lhs) {
                branch(n->third, end, true);
                effect(n->rhs);
            } else {
                branch(n->third, otherwise, false);
                effect(n->lhs);
                jump(n->span, end);
                bind(otherwise);
                effect(n->rhs);
            }
            bind(end);
            break;
        }
        case NodeKind::stmt_expr:
            statement(n->statement);
            break;
        default:
            if (is_record(n->type))
                record_address(n);
            else
                value(n);
    }
    next_ = mark;
    free_frame(frame_mark);
}

/// Jumps to the label where the condition is as `when` says; goes on otherwise.
void Generator::branch(Node* n, int label, bool when) {
    const int mark = next_;
    switch (n->kind) {
        case NodeKind::num:
            if ((n->integer != 0) == when) jump(n->span, label);
            return;
        case NodeKind::lognot:
            branch(n->lhs, label, !when);
            return;
        case NodeKind::comma:
            effect(n->lhs);
            branch(n->rhs, label, when);
            return;
        case NodeKind::logand:
        case NodeKind::logor: {
            const bool decided_by = n->kind == NodeKind::logor;  // what one operand must be to decide
            if (decided_by == when) {
                branch(n->lhs, label, when);
                branch(n->rhs, label, when);
            } else {
                const int past = new_label();
                branch(n->lhs, past, decided_by);
                branch(n->rhs, label, when);
                bind(past);
            }
            return;
        }
        case NodeKind::binary:
            if (is_comparison(n->op) && !is_floating(n->lhs->type)) {
                branch_comparison(n, label, when);
                next_ = mark;
                return;
            }
            break;
        case NodeKind::cast:
            if (n->type->kind == TypeKind::bool_ ||
                (is_integer(n->type) && n->lhs->type->kind == TypeKind::bool_)) {
                branch(n->lhs, label, when);
                return;
            }
            break;
        default:
            break;  // a value
    }
    int reg = value(n);
    if (is_floating(n->type)) reg = float_truth(n->span, n->type, reg);
    jump_if_zero(n->span, !when, reg, label);
    next_ = mark;
}

void Generator::branch_comparison(Node* n, int label, bool when) {
    BinaryOp op = when ? n->op : inverted(n->op);
    Node *left = n->lhs, *right = n->rhs;
    if (left->kind == NodeKind::num && right->kind != NodeKind::num) {
        std::swap(left, right);
        op = mirrored(op);
    }
    const bool is_u = is_unsigned(left->type);
    const int a = value(left);
    if (right->kind == NodeKind::num && fits16(right->integer)) {
        const int constant = static_cast<int>(right->integer);
        if (constant == 0 && (op == BinaryOp::eq || op == BinaryOp::ne)) {
            jump_if_zero(n->span, op == BinaryOp::eq, a, label);
            return;
        }
        if (!is_u || op == BinaryOp::eq || op == BinaryOp::ne) {
            constexpr Op ops[] = {Op::jeqi, Op::jnei, Op::jltsi, Op::jlesi, Op::jgtsi, Op::jgesi};
            jump_if(n->span, ops[static_cast<int>(op) - static_cast<int>(BinaryOp::eq)], a, constant, label);
            return;
        }
    }
    const int b = value(right);
    switch (op) {
        case BinaryOp::eq:
            return jump_if(n->span, Op::jeq, a, b, label);
        case BinaryOp::ne:
            return jump_if(n->span, Op::jne, a, b, label);
        case BinaryOp::lt:
            return jump_if(n->span, is_u ? Op::jltu : Op::jlts, a, b, label);
        case BinaryOp::le:
            return jump_if(n->span, is_u ? Op::jleu : Op::jles, a, b, label);
        case BinaryOp::gt:
            return jump_if(n->span, is_u ? Op::jltu : Op::jlts, b, a, label);
        default:  // ge
            return jump_if(n->span, is_u ? Op::jleu : Op::jles, b, a, label);
    }
}

int Generator::comparison(Node* n, int want) {
    const int mark = next_;
    BinaryOp op = n->op;
    Node *left = n->lhs, *right = n->rhs;
    if (is_floating(left->type)) {
        const int a = value(left), b = value(right);
        if (is_long_double(left->type)) return extended_comparison(n->span, op, a, b, mark, want);
        const int to = destination(mark, want);
        switch (op) {
            case BinaryOp::eq:
                emit(n->span, Op::feq, to, a, b);
                break;
            case BinaryOp::ne:
                emit(n->span, Op::fne, to, a, b);
                break;
            case BinaryOp::lt:
                emit(n->span, Op::flt, to, a, b);
                break;
            case BinaryOp::le:
                emit(n->span, Op::fle, to, a, b);
                break;
            case BinaryOp::gt:
                emit(n->span, Op::flt, to, b, a);
                break;
            default:  // ge
                emit(n->span, Op::fle, to, b, a);
        }
        return to;
    }
    if (left->kind == NodeKind::num && right->kind != NodeKind::num) {
        std::swap(left, right);
        op = mirrored(op);
    }
    const bool is_u = is_unsigned(left->type);
    const int a = value(left);
    if (right->kind == NodeKind::num && fits16(right->integer)) {
        constexpr Op none = Op::trap;
        constexpr Op signed_ops[] = {Op::seqi, Op::snei, Op::sltsi, Op::slesi, Op::sgtsi, Op::sgesi};
        constexpr Op unsigned_ops[] = {Op::seqi, Op::snei, Op::sltui, Op::sleui, none, none};
        const Op chosen =
            (is_u ? unsigned_ops : signed_ops)[static_cast<int>(op) - static_cast<int>(BinaryOp::eq)];
        if (chosen != none && (!is_u || right->integer >= 0)) {
            const int to = destination(mark, want);
            emit(n->span, chosen, to, a, static_cast<int>(right->integer));
            return to;
        }
    }
    const int b = value(right), to = destination(mark, want);
    switch (op) {
        case BinaryOp::eq:
            emit(n->span, Op::seq, to, a, b);
            break;
        case BinaryOp::ne:
            emit(n->span, Op::sne, to, a, b);
            break;
        case BinaryOp::lt:
            emit(n->span, is_u ? Op::sltu : Op::slts, to, a, b);
            break;
        case BinaryOp::le:
            emit(n->span, is_u ? Op::sleu : Op::sles, to, a, b);
            break;
        case BinaryOp::gt:
            emit(n->span, is_u ? Op::sltu : Op::slts, to, b, a);
            break;
        default:  // ge
            emit(n->span, is_u ? Op::sleu : Op::sles, to, b, a);
    }
    return to;
}

int Generator::binary(Node* n, int want) {
    const int mark = next_;
    Node *left = n->lhs, *right = n->rhs;
    const bool commutes = n->op == BinaryOp::add || n->op == BinaryOp::mul ||
                          (n->op >= BinaryOp::and_ && n->op <= BinaryOp::xor_);
    if (commutes && left->kind == NodeKind::num && right->kind != NodeKind::num) std::swap(left, right);
    const int a = value(left);
    return arithmetic(n->span, n->op, n->type, a, right, -1, mark, want);
}

/// a op rhs in `type`; rhs is a tree, or already in register b. Frees the temporaries from `mark` on.
int Generator::arithmetic(Span span, BinaryOp op, const Type* type, int a, Node* rhs, int b, int mark,
                          int want) {
    if (is_floating(type)) {
        if (b < 0) b = value(rhs);
        if (is_long_double(type)) return extended_arithmetic(span, op, a, b, mark, want);
        return float_arithmetic(span, op, type, a, b, destination(mark, want));
    }
    const auto width = static_cast<std::size_t>(width_of(type));
    if (rhs && rhs->kind == NodeKind::num) {
        std::int64_t constant = rhs->integer;
        BinaryOp with = op;
        if (op == BinaryOp::sub && constant != std::numeric_limits<std::int64_t>::min()) {
            with = BinaryOp::add;
            constant = -constant;
        }
        const bool is_shift = op == BinaryOp::shl || op == BinaryOp::shr;
        const bool is_too_far = is_shift && static_cast<std::uint64_t>(constant) >= 8 * size_of(type);
        const Op immediate = is_too_far ? Op::trap : row_of(with).immediates[width];
        // Immediates are sign-extended; a constant of an unsigned type is not, so what fits is right for both.
        if (fits16(constant) && immediate != Op::trap) {
            const int to = destination(mark, want);
            emit(span, immediate, to, a, static_cast<int>(constant));
            return to;
        }
    }
    if (b < 0) b = value(rhs);
    const int to = destination(mark, want);
    emit(span, row_of(op).forms[width], to, a, b);
    return to;
}

int Generator::float_arithmetic(Span span, BinaryOp op, const Type* type, int a, int b, int to) {
    constexpr Op ops[] = {Op::fadd, Op::fsub, Op::fmul, Op::fdiv};
    emit(span, ops[static_cast<int>(op)], to, a, b);
    // The double result of two floats, rounded once more, is the float result: 53 >= 2 * 24 + 2 bits.
    if (type->kind == TypeKind::float_) emit(span, Op::fround, to, to);
    return to;
}

int Generator::unary(Node* n, int want) {
    const int mark = next_;
    const int a = value(n->lhs);
    if (is_long_double(n->type))
        return extended_result(n->span, vm::Intrinsic::extended_negate, {a}, mark, want);
    const int to = destination(mark, want);
    if (is_floating(n->type)) {
        emit(n->span, Op::fneg, to, a);
        return to;
    }
    const Width width = width_of(n->type);
    if (n->kind == NodeKind::bitnot) {
        emit(n->span, Op::not_, to, a);
        if (width == Width::unsigned32) emit(n->span, Op::zx32, to, to);
    } else {
        emit(n->span,
             width == Width::signed32     ? Op::negw
             : width == Width::unsigned32 ? Op::neguw
             : width == Width::signed64   ? Op::negl
                                          : Op::neg,
             to, a);
    }
    return to;
}

/// !a, a && b, a || b as a number.
int Generator::truth(Node* n, int want) {
    const int mark = next_;
    if (n->kind == NodeKind::lognot && !is_floating(n->lhs->type) && n->lhs->kind != NodeKind::logand &&
        n->lhs->kind != NodeKind::logor) {
        const int a = value(n->lhs), to = destination(mark, want);
        emit(n->span, Op::lnot, to, a);
        return to;
    }
    const int is_false = new_label(), end = new_label();
    branch(n, is_false, false);
    const int to = destination(mark, want);
    load_constant(n->span, to, 1);
    jump(n->span, end);
    bind(is_false);
    load_constant(n->span, to, 0);
    bind(end);
    return to;
}

int Generator::conditional(Node* n, int want) {
    if (is_record(n->type)) return settle(n->span, next_, record_address(n), want);
    if (is_void(n->type)) {
        effect(n);
        return destination(next_, want);
    }
    const int end = new_label();
    if (!n->lhs) {  // a ?: b. Not straight to `want`: b may need the old value
        const int mark = next_, to = temporary();
        value(n->third, to);
        int truth = to;
        if (is_floating(n->type)) truth = float_truth(n->span, n->type, to);
        jump_if_zero(n->span, false, truth, end);
        value(n->rhs, to);
        bind(end);
        return settle(n->span, mark, to, want);
    }
    const int otherwise = new_label();
    branch(n->third, otherwise, false);
    const int mark = next_, to = destination(mark, want);
    value(n->lhs, to);
    jump(n->span, end);
    bind(otherwise);
    value(n->rhs, to);
    bind(end);
    return to;
}

/// index * scale, where scale_node says a scale that is not constant.
int Generator::scaled_index(Span span, int index, Node* scale_node, std::int64_t scale) {
    if (!scale_node && scale == 1) return index;
    const int to = temporary();
    if (scale_node) {
        const int factor = value(scale_node);
        emit(span, Op::mul, to, index, factor);
    } else if (scale > 0 && std::has_single_bit(static_cast<std::uint64_t>(scale))) {
        emit(span, Op::shli, to, index, std::countr_zero(static_cast<std::uint64_t>(scale)));
    } else if (fits16(scale)) {
        emit(span, Op::muli, to, index, static_cast<int>(scale));
    } else {
        load_constant(span, to, scale);
        emit(span, Op::mul, to, index, to);
    }
    return to;
}

int Generator::pointer_add(Node* n, int want) {
    const int mark = next_;
    if (!n->third && n->rhs->kind == NodeKind::num) {
        Place p = pointed_to(n);
        return settle(n->span, mark, address(n->span, p, want), want);
    }
    const int base = value(n->lhs);
    const int index = value(n->rhs);
    const int bytes = scaled_index(n->span, index, n->third, n->integer);
    const int to = destination(mark, want);
    emit(n->span, Op::add, to, base, bytes);
    return to;
}

int Generator::pointer_difference(Node* n, int want) {
    const int mark = next_;
    const int a = value(n->lhs), b = value(n->rhs);
    const int bytes = temporary();
    emit(n->span, Op::sub, bytes, a, b);
    if (!n->third && n->integer == 1) return settle(n->span, mark, bytes, want);
    if (!n->third && n->integer > 0 && std::has_single_bit(static_cast<std::uint64_t>(n->integer))) {
        const int to = destination(mark, want);
        emit(n->span, Op::shrsi, to, bytes, std::countr_zero(static_cast<std::uint64_t>(n->integer)));
        return to;
    }
    int size = 0;
    if (n->third)
        size = value(n->third);
    else
        load_constant(n->span, size = temporary(), n->integer);
    const int to = destination(mark, want);
    emit(n->span, Op::divs, to, bytes, size);
    return to;
}

vm::Opcode Generator::narrowing(const Type* to) {
    const bool is_u = is_unsigned(to);
    switch (size_of(to)) {
        case 1:
            return is_u ? Op::zx8 : Op::sx8;
        case 2:
            return is_u ? Op::zx16 : Op::sx16;
        default:
            return is_u ? Op::zx32 : Op::sx32;
    }
}

/// The value in `reg` as another type: the register itself where its bits stay the same.
int Generator::convert(Span span, int reg, const Type* from, const Type* to, int want) {
    const auto in = [&](Op op, int operand) {
        const int result = want == kAny ? temporary() : want;
        emit(span, op, result, operand);
        return result;
    };
    if (is_long_double(to)) return to_extended(span, reg, from);
    if (is_long_double(from)) return from_extended(span, reg, to);
    if (is_floating(to)) {
        const bool to_float = to->kind == TypeKind::float_;
        if (is_floating(from)) return to_float && from->kind != TypeKind::float_ ? in(Op::fround, reg) : reg;
        const bool wide_unsigned = is_unsigned(from) && size_of(from) == 8;
        if (to_float) return in(wide_unsigned ? Op::u2f : Op::s2f, reg);
        return in(wide_unsigned ? Op::u2d : Op::s2d, reg);
    }
    if (to->kind == TypeKind::bool_) {
        if (from->kind == TypeKind::bool_) return reg;
        return in(is_floating(from) ? Op::fbool : Op::bool_, reg);
    }
    if (is_floating(from)) {
        if (size_of(to) == 8) return in(is_unsigned(to) ? Op::d2u : Op::d2s, reg);
        return in(narrowing(to), in(Op::d2s, reg));
    }
    const std::uint64_t have = size_of(from), need = size_of(to);
    if (need == 8 || from->kind == TypeKind::bool_) return reg;
    const bool same_sign = is_unsigned(from) == is_unsigned(to);
    if (have < need && (same_sign || is_unsigned(from))) return reg;
    if (have == need && same_sign) return reg;
    return in(narrowing(to), reg);
}

/// ({ ... }): its value is that of its last statement; for records, with `want_address`, the address.
int Generator::statement_expression(Node* n, int want, bool want_address) {
    Stmt* s = n->statement;
    const std::size_t variables = open_variables_.size();
    const int mark = next_;
    const int to = destination(mark, want);  // below everything that the statements use
    block_open(s);
    const bool has_value = !is_void(n->type) && !s->items.empty();
    const std::uint32_t effects = s->items.size() - (has_value ? 1 : 0);
    for (std::uint32_t i = 0; i < effects; ++i) statement(s->items[i]);
    if (has_value) {
        Stmt* last = s->items[s->items.size() - 1];
        while (last->kind == StmtKind::label) {
            bind(label_of(last->label));
            last = last->body;
        }
        if (want_address) {
            const int from = record_address(last->expr);
            const std::int64_t kept = frame_space(size_of(n->type), align_of(n->type));
            Place home;
            home.base = 0;
            home.offset = kept;
            address(n->span, home, to);
            copy(n->span, to, from, size_of(n->type));
        } else {
            value(last->expr, to);
        }
    }
    block_close(s);
    close_variables(variables);
    next_ = want == kAny ? to + 1 : mark;
    return to;
}

int Generator::alloca_expression(Node* n, int want) {
    const int mark = next_;
    const int bytes = value(n->lhs), to = destination(mark, want);
    emit(n->span, Op::salloc, to, bytes);
    return to;
}

}  // namespace ipclab::cc
