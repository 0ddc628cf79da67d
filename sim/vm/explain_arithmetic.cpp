// Arithmetic that has no result in C: what the processor makes of it, and the same in words.
#include <fmt/format.h>

#include <limits>

#include "sim/vm/execution.h"

namespace ipclab::vm {

namespace {

enum class Kind : std::uint8_t { sum, difference, product, negation, shift_left, shift_right };

struct Operation {
    Kind kind = Kind::sum;
    bool is_wide = false;      ///< 64 bits, not 32
    bool is_unsigned = false;  ///< of shifts: zeroes come in from the left
};

Operation operation_of(Opcode op) {
    switch (op) {
        case Opcode::addw:
        case Opcode::addwi:
            return {Kind::sum, false};
        case Opcode::addl:
        case Opcode::addli:
            return {Kind::sum, true};
        case Opcode::subw:
            return {Kind::difference, false};
        case Opcode::subl:
            return {Kind::difference, true};
        case Opcode::mulw:
        case Opcode::mulwi:
            return {Kind::product, false};
        case Opcode::mull:
        case Opcode::mulli:
            return {Kind::product, true};
        case Opcode::negw:
            return {Kind::negation, false};
        case Opcode::negl:
            return {Kind::negation, true};
        case Opcode::shlw:
            return {Kind::shift_left, false};
        case Opcode::shluw:
            return {Kind::shift_left, false, true};
        case Opcode::shl:
            return {Kind::shift_left, true};
        case Opcode::shrsw:
            return {Kind::shift_right, false};
        case Opcode::shruw:
            return {Kind::shift_right, false, true};
        case Opcode::shru:
            return {Kind::shift_right, true, true};
        default:  // shrs
            return {Kind::shift_right, true};
    }
}

std::int64_t as_signed(std::uint64_t value) {
    return static_cast<std::int64_t>(value);
}

/// An int, or an unsigned int, as a register holds it.
std::uint64_t canonical(std::uint64_t value, bool is_unsigned) {
    const auto word = static_cast<std::uint32_t>(value);
    return is_unsigned ? word : static_cast<std::uint64_t>(std::int64_t{static_cast<std::int32_t>(word)});
}

std::uint64_t shift_right(std::uint64_t x, unsigned count, const Operation& operation) {
    if (operation.is_unsigned) return x >> count;
    return static_cast<std::uint64_t>(as_signed(x) >> count);
}

}  // namespace

std::uint64_t wrapped_result(Opcode op, std::uint64_t x, std::uint64_t y) {
    const Operation operation = operation_of(op);
    const auto count = static_cast<unsigned>(y & (operation.is_wide ? 63 : 31));
    std::uint64_t result = 0;
    switch (operation.kind) {
        case Kind::sum:
            result = x + y;
            break;
        case Kind::difference:
            result = x - y;
            break;
        case Kind::product:
            result = x * y;
            break;
        case Kind::negation:
            result = 0 - x;
            break;
        case Kind::shift_left:
            result = x << count;
            break;
        case Kind::shift_right:
            result = shift_right(x, count, operation);
            break;
    }
    return operation.is_wide ? result : canonical(result, operation.is_unsigned);
}

std::string explain_arithmetic(Opcode op, std::uint64_t x, std::uint64_t y) {
    const Operation operation = operation_of(op);
    const std::int64_t a = as_signed(x), b = as_signed(y);
    std::string what;
    switch (operation.kind) {
        case Kind::shift_left:
        case Kind::shift_right:
            return fmt::format(
                "a shift by {} bits, and the number has {}: C does not say what comes out (here {})", b,
                operation.is_wide ? 64 : 32, as_signed(wrapped_result(op, x, y)));
        case Kind::sum:
            // x - 1 is computed as x + -1.
            what = b < 0 && b != std::numeric_limits<std::int64_t>::min() ? fmt::format("{} - {}", a, -b)
                                                                          : fmt::format("{} + {}", a, b);
            break;
        case Kind::difference:
            what = b < 0 ? fmt::format("{} - ({})", a, b) : fmt::format("{} - {}", a, b);
            break;
        case Kind::product:
            what = b < 0 ? fmt::format("{} * ({})", a, b) : fmt::format("{} * {}", a, b);
            break;
        case Kind::negation:
            what = fmt::format("-({})", a);
            break;
    }
    return fmt::format("{} does not fit into {}: the result wraps around to {}", what,
                       operation.is_wide ? "a long" : "an int", as_signed(wrapped_result(op, x, y)));
}

std::string explain_division(std::uint64_t dividend, std::uint64_t divisor) {
    if (divisor == 0) return fmt::format("division of {} by zero", as_signed(dividend));
    return fmt::format("{} divided by {}: the result does not fit into the type", as_signed(dividend),
                       as_signed(divisor));
}

}  // namespace ipclab::vm
