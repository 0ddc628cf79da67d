// long double: a value does not fit a register, which holds its address instead: that of a copy in our frame that nobody
// else knows. Intrinsics compute with it.
#include <cstring>

#include "sim/cc/codegen.h"

namespace ipclab::cc {

namespace {

constexpr std::uint64_t kBytes = 16;

vm::Intrinsic operation(BinaryOp op) {
    using enum vm::Intrinsic;
    constexpr vm::Intrinsic operations[] = {extended_add, extended_subtract, extended_multiply,
                                            extended_divide};
    return operations[static_cast<int>(op)];
}

/// Of what extended_compare says: the bits of which one must be set.
int wanted_order(BinaryOp op) {
    constexpr int kLess = 1, kEqual = 2, kGreater = 4;
    switch (op) {
        case BinaryOp::lt:
            return kLess;
        case BinaryOp::le:
            return kLess | kEqual;
        case BinaryOp::gt:
            return kGreater;
        case BinaryOp::ge:
            return kGreater | kEqual;
        default:  // eq and ne
            return kEqual;
    }
}

}  // namespace

/// A call of an intrinsic whose arguments are in registers; gives that of the result, above all temporaries.
int Generator::extended_call(Span span, vm::Intrinsic id, std::initializer_list<int> arguments) {
    const int window = temporaries(static_cast<int>(arguments.size()));
    int to = window;
    for (const int argument : arguments) move(span, to++, argument);
    emit(span, Op::intrinsic, window, static_cast<int>(id));
    return window;
}

/// As extended_call(), of those that store what they compute: the address of that.
int Generator::extended_result(Span span, vm::Intrinsic id, std::initializer_list<int> arguments, int mark,
                               int want) {
    Place home;
    home.base = 0;
    home.offset = frame_space(kBytes, kBytes);
    const int window = temporaries(1 + static_cast<int>(arguments.size()));
    address(span, home, window);
    int to = window + 1;
    for (const int argument : arguments) move(span, to++, argument);
    emit(span, Op::intrinsic, window, static_cast<int>(id));
    next_ = mark;
    return address(span, home, destination(mark, want));
}

int Generator::extended_constant(Span span, long double value, int want) {
    Place home;
    home.base = 0;
    home.offset = frame_space(kBytes, kBytes);
    const int mark = next_, part = temporary();
    std::int64_t halves[2] = {};
    std::memcpy(halves, &value, 10);
    Place at = home;
    flatten(span, at, 0);
    reach_unit(span, at);
    load_constant(span, part, halves[0]);
    emit(span, Op::st64, part, at.base, static_cast<int>(at.offset));
    load_constant(span, part, halves[1]);
    emit(span, Op::st16, part, at.base, static_cast<int>(at.offset + 8));
    return address(span, home, destination(mark, want));
}

int Generator::extended_comparison(Span span, BinaryOp op, int a, int b, int mark, int want) {
    const int order = extended_call(span, vm::Intrinsic::extended_compare, {a, b});
    const int to = destination(mark, want);
    emit(span, Op::andi, to, order, wanted_order(op));
    emit(span, op == BinaryOp::ne ? Op::seqi : Op::snei, to, to, 0);
    return to;
}

int Generator::extended_arithmetic(Span span, BinaryOp op, int a, int b, int mark, int want) {
    return extended_result(span, operation(op), {a, b}, mark, want);
}

/// The value in `reg`, of an arithmetic type, as a long double; temporaries stay in use.
int Generator::to_extended(Span span, int reg, const Type* from) {
    if (from->kind == TypeKind::ldouble) return reg;
    const vm::Intrinsic id = is_floating(from)                         ? vm::Intrinsic::extended_from_double
                             : is_unsigned(from) && size_of(from) == 8 ? vm::Intrinsic::extended_from_unsigned
                                                                       : vm::Intrinsic::extended_from_signed;
    return extended_result(span, id, {reg}, next_, kAny);
}

/// The long double in `reg` as another arithmetic type.
int Generator::from_extended(Span span, int reg, const Type* to) {
    const auto call = [&](vm::Intrinsic id) { return extended_call(span, id, {reg}); };
    if (to->kind == TypeKind::double_) return call(vm::Intrinsic::extended_to_double);
    if (to->kind == TypeKind::float_) return call(vm::Intrinsic::extended_to_float);
    if (to->kind == TypeKind::bool_) return call(vm::Intrinsic::extended_truth);
    if (size_of(to) == 8)
        return call(is_unsigned(to) ? vm::Intrinsic::extended_to_unsigned
                                    : vm::Intrinsic::extended_to_signed);
    const int whole = call(vm::Intrinsic::extended_to_signed);
    emit(span, narrowing(to), whole, whole);
    return whole;
}

/// 0 where the floating value in `reg` is 0.
int Generator::float_truth(Span span, const Type* type, int reg) {
    if (is_long_double(type)) return extended_call(span, vm::Intrinsic::extended_truth, {reg});
    const int truth = temporary();
    emit(span, Op::fbool, truth, reg);
    return truth;
}

}  // namespace ipclab::cc
