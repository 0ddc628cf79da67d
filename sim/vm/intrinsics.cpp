// What the C library cannot say in C: see intrinsics.def.
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "sim/vm/execution.h"

namespace ipclab::vm {

namespace {

constexpr std::uint64_t kBytesPerInstruction = 16;  // what an intrinsic's work is worth
constexpr std::size_t kLongestNumber = 4096;        // characters that parse_double looks at
constexpr long kLargestPrecision = 4000;
constexpr std::uint64_t kMostShaded = 1 << 20;
constexpr auto kMostShade = static_cast<std::uint64_t>(kernel::Shade::arguments_end);

double real(std::uint64_t bits) {
    return std::bit_cast<double>(bits);
}
std::uint64_t bits(double value) {
    return std::bit_cast<std::uint64_t>(value);
}

IntrinsicEnd outcome(bool ok) {
    return ok ? IntrinsicEnd::done : IntrinsicEnd::memory_fault;
}

IntrinsicEnd compare_memory(std::uint64_t* r, MemoryPort& port, std::uint64_t& cost) {
    std::uint64_t a = r[0], b = r[1], left = r[2];
    std::int64_t result = 0;
    while (left > 0) {
        std::size_t room_a = 0, room_b = 0;
        const std::uint8_t* pa = port.piece(a, left, room_a);
        if (!pa) return IntrinsicEnd::memory_fault;
        const std::uint8_t* pb = port.piece(b, left, room_b);
        if (!pb) return IntrinsicEnd::memory_fault;
        const std::size_t length = std::min(room_a, room_b);
        const auto differ = std::mismatch(pa, pa + length, pb);
        cost += length / kBytesPerInstruction;
        const bool is_same = differ.first == pa + length;
        const std::uint64_t looked_at = is_same ? length : static_cast<std::uint64_t>(differ.first - pa) + 1;
        if (!is_same) result = std::int64_t{*differ.first} - *differ.second;
        if (!port.may_read(a, looked_at) || !port.may_read(b, looked_at)) return IntrinsicEnd::memory_fault;
        if (!is_same) break;
        a += length;
        b += length;
        left -= length;
    }
    r[0] = static_cast<std::uint64_t>(result);
    return IntrinsicEnd::done;
}

/// Position of `value` among `limit` bytes at `address`, or limit.
IntrinsicEnd find_byte(std::uint64_t address, std::uint8_t value, std::uint64_t limit, MemoryPort& port,
                       std::uint64_t& cost, std::uint64_t& position) {
    for (position = 0; position < limit;) {
        std::size_t length = 0;
        const std::uint8_t* bytes = port.piece(address + position, limit - position, length);
        if (!bytes) return IntrinsicEnd::memory_fault;
        const auto* found = static_cast<const std::uint8_t*>(std::memchr(bytes, value, length));
        cost += length / kBytesPerInstruction;
        const std::uint64_t looked_at = found ? static_cast<std::uint64_t>(found - bytes) + 1 : length;
        if (!port.may_read(address + position, looked_at)) return IntrinsicEnd::memory_fault;
        if (found) {
            position += looked_at - 1;
            return IntrinsicEnd::done;
        }
        position += length;
    }
    return IntrinsicEnd::done;
}

IntrinsicEnd compare_strings(std::uint64_t* r, MemoryPort& port, std::uint64_t& cost) {
    for (std::uint64_t a = r[0], b = r[1];; ++a, ++b) {
        std::uint8_t ca = 0, cb = 0;
        if (!port.load(a, ca) || !port.load(b, cb)) return IntrinsicEnd::memory_fault;
        if (a % kBytesPerInstruction == 0) ++cost;
        if (ca == cb && ca != 0) continue;
        r[0] = static_cast<std::uint64_t>(std::int64_t{ca} - cb);
        return IntrinsicEnd::done;
    }
}

IntrinsicEnd format_double(std::uint64_t* r, MemoryPort& port, std::uint64_t& cost) {
    const std::uint64_t buffer = r[0], size = r[1], conversion = r[2];
    const long precision =
        std::clamp(static_cast<long>(static_cast<std::int64_t>(r[3])), -1L, kLargestPrecision);
    const char letter = static_cast<char>(conversion & 0x7f);
    std::string format = conversion & 0x100 ? "%#" : "%";
    if (precision >= 0) format += ".*";
    format += std::string_view("eEfFgGaA").find(letter) != std::string_view::npos ? letter : 'g';
    char text[kLargestPrecision + 400];
    const int length = precision >= 0 ? std::snprintf(text, sizeof text, format.c_str(),
                                                      static_cast<int>(precision), real(r[4]))
                                      : std::snprintf(text, sizeof text, format.c_str(), real(r[4]));
    cost += 40;
    if (size > 0) {
        const auto kept = std::min<std::uint64_t>(static_cast<std::uint64_t>(length), size - 1);
        text[kept] = 0;
        if (!port.store_slowly(buffer, text, static_cast<std::size_t>(kept) + 1))
            return IntrinsicEnd::memory_fault;
    }
    r[0] = static_cast<std::uint64_t>(length);
    return IntrinsicEnd::done;
}

IntrinsicEnd parse_double(std::uint64_t* r, MemoryPort& port, std::uint64_t& cost) {
    const std::uint64_t address = r[0], end = r[1];
    std::string text;
    for (std::uint8_t c = 0; text.size() < kLongestNumber; text += static_cast<char>(c)) {
        if (!port.load(address + text.size(), c)) return IntrinsicEnd::memory_fault;
        if (c == 0) break;
    }
    char* stop = nullptr;
    const double value = std::strtod(text.c_str(), &stop);
    cost += 40;
    if (end != 0 &&
        !port.store<std::uint64_t>(end, address + static_cast<std::uint64_t>(stop - text.c_str())))
        return IntrinsicEnd::memory_fault;
    r[0] = bits(value);
    return IntrinsicEnd::done;
}

/// Sign extension: how an int, a short or a char sits in a register.
template <class T>
std::uint64_t widen(T value) {
    return static_cast<std::uint64_t>(static_cast<std::int64_t>(static_cast<std::make_signed_t<T>>(value)));
}

template <class T>
IntrinsicEnd atomic(Intrinsic which, std::uint64_t* r, MemoryPort& port) {
    const std::uint64_t address = r[0];
    if (address % sizeof(T) != 0) return IntrinsicEnd::misaligned;
    const T operand = static_cast<T>(r[1]);
    T old{};
    if (which == Intrinsic::atomic_store) return outcome(port.store(address, operand));
    if (!port.load(address, old)) return IntrinsicEnd::memory_fault;
    T next = old;
    switch (which) {
        case Intrinsic::atomic_load:
            r[0] = widen(old);
            return IntrinsicEnd::done;
        case Intrinsic::atomic_exchange:
            next = operand;
            break;
        case Intrinsic::atomic_add:
            next = static_cast<T>(old + operand);
            break;
        case Intrinsic::atomic_and:
            next = old & operand;
            break;
        case Intrinsic::atomic_or:
            next = old | operand;
            break;
        case Intrinsic::atomic_xor:
            next = old ^ operand;
            break;
        case Intrinsic::atomic_cas: {
            T expected{};
            if (!port.load(r[1], expected)) return IntrinsicEnd::memory_fault;
            const bool equal = expected == old;
            if (!(equal ? port.store(address, static_cast<T>(r[2])) : port.store(r[1], old)))
                return IntrinsicEnd::memory_fault;
            r[0] = equal ? 1 : 0;
            return IntrinsicEnd::done;
        }
        default:
            break;
    }
    if (!port.store(address, next)) return IntrinsicEnd::memory_fault;
    r[0] = widen(old);
    return IntrinsicEnd::done;
}

IntrinsicEnd atomic_of_size(Intrinsic which, std::uint64_t size, std::uint64_t* r, MemoryPort& port) {
    switch (size) {
        case 1:
            return atomic<std::uint8_t>(which, r, port);
        case 2:
            return atomic<std::uint16_t>(which, r, port);
        case 4:
            return atomic<std::uint32_t>(which, r, port);
        default:
            return atomic<std::uint64_t>(which, r, port);
    }
}

}  // namespace

IntrinsicEnd call_intrinsic(Intrinsic which, std::uint64_t* r, MemoryPort& port, std::uint64_t& cost) {
    auto math = [&](double value) {
        r[0] = bits(value);
        cost += 10;
        return IntrinsicEnd::done;
    };
    const double x = real(r[0]);
    switch (which) {
        case Intrinsic::memcpy:
            cost += r[2] / kBytesPerInstruction;
            return outcome(port.copy(r[0], r[1], r[2]));
        case Intrinsic::memset:
            cost += r[2] / kBytesPerInstruction;
            return outcome(port.fill(r[0], static_cast<std::uint8_t>(r[1]), r[2]));
        case Intrinsic::memcmp:
            return compare_memory(r, port, cost);
        case Intrinsic::memchr: {
            std::uint64_t position = 0;
            const auto end = find_byte(r[0], static_cast<std::uint8_t>(r[1]), r[2], port, cost, position);
            if (end == IntrinsicEnd::done) r[0] = position < r[2] ? r[0] + position : 0;
            return end;
        }
        case Intrinsic::strlen: {
            std::uint64_t position = 0;
            const auto end = find_byte(r[0], 0, ~0ull, port, cost, position);
            if (end == IntrinsicEnd::done) r[0] = position;
            return end;
        }
        case Intrinsic::stpcpy: {
            std::uint64_t length = 0;
            const auto end = find_byte(r[1], 0, ~0ull, port, cost, length);
            if (end != IntrinsicEnd::done) return end;
            if (!port.copy(r[0], r[1], length + 1)) return IntrinsicEnd::memory_fault;
            r[0] += length;
            return end;
        }
        case Intrinsic::strcmp:
            return compare_strings(r, port, cost);
        case Intrinsic::sqrt:
            return math(std::sqrt(x));
        case Intrinsic::sin:
            return math(std::sin(x));
        case Intrinsic::cos:
            return math(std::cos(x));
        case Intrinsic::tan:
            return math(std::tan(x));
        case Intrinsic::asin:
            return math(std::asin(x));
        case Intrinsic::acos:
            return math(std::acos(x));
        case Intrinsic::atan:
            return math(std::atan(x));
        case Intrinsic::atan2:
            return math(std::atan2(x, real(r[1])));
        case Intrinsic::exp:
            return math(std::exp(x));
        case Intrinsic::log:
            return math(std::log(x));
        case Intrinsic::log2:
            return math(std::log2(x));
        case Intrinsic::log10:
            return math(std::log10(x));
        case Intrinsic::pow:
            return math(std::pow(x, real(r[1])));
        case Intrinsic::fmod:
            return math(std::fmod(x, real(r[1])));
        case Intrinsic::floor:
            return math(std::floor(x));
        case Intrinsic::ceil:
            return math(std::ceil(x));
        case Intrinsic::round:
            return math(std::round(x));
        case Intrinsic::trunc:
            return math(std::trunc(x));
        case Intrinsic::fabs:
            return math(std::fabs(x));
        case Intrinsic::cbrt:
            return math(std::cbrt(x));
        case Intrinsic::hypot:
            return math(std::hypot(x, real(r[1])));
        case Intrinsic::remainder:
            return math(std::remainder(x, real(r[1])));
        case Intrinsic::exp2:
            return math(std::exp2(x));
        case Intrinsic::expm1:
            return math(std::expm1(x));
        case Intrinsic::log1p:
            return math(std::log1p(x));
        case Intrinsic::sinh:
            return math(std::sinh(x));
        case Intrinsic::cosh:
            return math(std::cosh(x));
        case Intrinsic::tanh:
            return math(std::tanh(x));
        case Intrinsic::asinh:
            return math(std::asinh(x));
        case Intrinsic::acosh:
            return math(std::acosh(x));
        case Intrinsic::atanh:
            return math(std::atanh(x));
        case Intrinsic::format_double:
            return format_double(r, port, cost);
        case Intrinsic::parse_double:
            return parse_double(r, port, cost);
        case Intrinsic::atomic_load:
            return atomic_of_size(which, r[1], r, port);
        case Intrinsic::atomic_cas:
            return atomic_of_size(which, r[3], r, port);
        case Intrinsic::atomic_store:
        case Intrinsic::atomic_exchange:
        case Intrinsic::atomic_add:
        case Intrinsic::atomic_and:
        case Intrinsic::atomic_or:
        case Intrinsic::atomic_xor:
            return atomic_of_size(which, r[2], r, port);
        case Intrinsic::fence:
            return IntrinsicEnd::done;
        case Intrinsic::shade: {
            const auto shade = static_cast<kernel::Shade>(std::min<std::uint64_t>(r[2], kMostShade));
            // A program may say anything: what is not fine takes memory of ours.
            port.shade(r[0], shade == kernel::Shade::fine ? r[1] : std::min(r[1], kMostShaded), shade);
            return IntrinsicEnd::done;
        }
        case Intrinsic::setjmp:
        case Intrinsic::longjmp:
        case Intrinsic::place:
        case Intrinsic::bad_free:
        case Intrinsic::thread_pointer:
        case Intrinsic::set_thread_pointer:
        case Intrinsic::thread_local_bytes:
        case Intrinsic::copy_thread_locals:
        case Intrinsic::thread_local_address:
            break;  // the interpreter's own: they look at the context
    }
    return IntrinsicEnd::done;
}

}  // namespace ipclab::vm
