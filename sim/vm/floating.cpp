// Floating point of the C library and of long double: what the host's libm and its long double, which is x86-64's, say.
#include <bit>
#include <cfloat>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <string>

#include "sim/vm/execution.h"

namespace ipclab::vm {

namespace {

static_assert(LDBL_MANT_DIG == 64 && sizeof(long double) == 16, "long double is to be x87's extended format");

constexpr std::size_t kExtendedBytes = 10;    // of a long double's 16; the others have no value
constexpr std::size_t kLongestNumber = 4096;  // characters that are looked at
constexpr long kLargestPrecision = 16450;     // of long double: no more digits than 16445 after the point
constexpr std::size_t kLongestText = kLargestPrecision + 5000;  // LDBL_MAX has 4,933 digits before the point
constexpr std::uint64_t kFunctionCost = 10, kTextCost = 40;     // instructions

double real(std::uint64_t bits) {
    return std::bit_cast<double>(bits);
}
std::uint64_t bits(double value) {
    return std::bit_cast<std::uint64_t>(value);
}

bool load(MemoryPort& port, std::uint64_t address, long double& value) {
    value = 0;
    return port.load_slowly(address, &value, kExtendedBytes);
}

bool store(MemoryPort& port, std::uint64_t address, long double value) {
    return port.store_slowly(address, &value, kExtendedBytes);
}

/// *r[0] = compute(*r[1])
template <class Compute>
IntrinsicEnd extended1(std::uint64_t* r, MemoryPort& port, Compute compute) {
    long double x = 0;
    return done_or_fault(load(port, r[1], x) && store(port, r[0], compute(x)));
}

/// *r[0] = compute(*r[1], *r[2])
template <class Compute>
IntrinsicEnd extended2(std::uint64_t* r, MemoryPort& port, Compute compute) {
    long double x = 0, y = 0;
    return done_or_fault(load(port, r[1], x) && load(port, r[2], y) && store(port, r[0], compute(x, y)));
}

/// r[0] = compute(*r[0])
template <class Compute>
IntrinsicEnd from_extended(std::uint64_t* r, MemoryPort& port, Compute compute) {
    long double x = 0;
    if (!load(port, r[0], x)) return IntrinsicEnd::memory_fault;
    r[0] = compute(x);
    return IntrinsicEnd::done;
}

std::uint64_t order(long double x, long double y) {
    return x < y ? 1 : x == y ? 2 : x > y ? 4 : 0;
}

/// fistp: what does not fit gives the smallest integer.
std::uint64_t to_signed(long double value) {
    if (value >= -0x1p63L && value < 0x1p63L)
        return static_cast<std::uint64_t>(static_cast<std::int64_t>(value));
    return 1ull << 63;
}
/// As gcc converts to unsigned 64 bits on x86-64: by way of the signed conversion.
std::uint64_t to_unsigned(long double value) {
    return value < 0x1p63L ? to_signed(value) : to_signed(value - 0x1p63L) ^ (1ull << 63);
}

/// Writes `value` by the conversion in r[2] and the precision in r[3] to the r[1] bytes at r[0].
template <class Value>
IntrinsicEnd format(std::uint64_t* r, MemoryPort& port, Value value) {
    const std::uint64_t buffer = r[0], size = r[1], conversion = r[2];
    const long precision =
        std::clamp(static_cast<long>(static_cast<std::int64_t>(r[3])), -1L, kLargestPrecision);
    const char letter = static_cast<char>(conversion & 0x7f);
    std::string form = conversion & 0x100 ? "%#" : "%";
    if (precision >= 0) form += ".*";
    if (std::is_same_v<Value, long double>) form += 'L';
    form += std::string_view("eEfFgGaA").find(letter) != std::string_view::npos ? letter : 'g';
    char text[kLongestText];
    const int length =
        precision >= 0 ? std::snprintf(text, sizeof text, form.c_str(), static_cast<int>(precision), value)
                       : std::snprintf(text, sizeof text, form.c_str(), value);
    if (size > 0) {
        const auto kept = std::min<std::uint64_t>(static_cast<std::uint64_t>(length), size - 1);
        text[kept] = 0;
        if (!port.store_slowly(buffer, text, static_cast<std::size_t>(kept) + 1))
            return IntrinsicEnd::memory_fault;
    }
    r[0] = static_cast<std::uint64_t>(length);
    return IntrinsicEnd::done;
}

/// Reads a number at `address` and says at `end`, unless that is null, where it stops.
template <class Value>
bool parse(MemoryPort& port, std::uint64_t address, std::uint64_t end, Value (*convert)(const char*, char**),
           Value& value) {
    std::string text;
    for (std::uint8_t c = 0; text.size() < kLongestNumber; text += static_cast<char>(c)) {
        if (!port.load(address + text.size(), c)) return false;
        if (c == 0) break;
    }
    char* stop = nullptr;
    value = convert(text.c_str(), &stop);
    const std::uint64_t behind = address + static_cast<std::uint64_t>(stop - text.c_str());
    return end == 0 || port.store<std::uint64_t>(end, behind);
}

}  // namespace

IntrinsicEnd call_floating_intrinsic(Intrinsic which, std::uint64_t* r, MemoryPort& port,
                                     std::uint64_t& cost) {
    const double x = real(r[0]);
    cost += kFunctionCost;
    const auto result = [r](double value) {
        r[0] = bits(value);
        return IntrinsicEnd::done;
    };
    switch (which) {
#define FUNCTION1(name)              \
    case Intrinsic::name:            \
        return result(std::name(x)); \
    case Intrinsic::name##l:         \
        return extended1(r, port, [](long double v) { return std::name(v); });
#define FUNCTION2(name)                          \
    case Intrinsic::name:                        \
        return result(std::name(x, real(r[1]))); \
    case Intrinsic::name##l:                     \
        return extended2(r, port, [](long double v, long double w) { return std::name(v, w); });
#include "sim/vm/math_functions.def"
#undef FUNCTION1
#undef FUNCTION2
        case Intrinsic::fma:
            return result(std::fma(x, real(r[1]), real(r[2])));
        case Intrinsic::fmal: {
            long double z = 0;
            if (!load(port, r[3], z)) return IntrinsicEnd::memory_fault;
            return extended2(r, port, [z](long double v, long double w) { return std::fma(v, w, z); });
        }
        case Intrinsic::lgamma: {  // std::lgamma writes a global of the host's
            int sign = 0;
            return result(::lgamma_r(x, &sign));
        }
        case Intrinsic::lgammal: {
            int sign = 0;
            return extended1(r, port, [&sign](long double v) { return ::lgammal_r(v, &sign); });
        }
        case Intrinsic::extended_copy:
            return extended1(r, port, [](long double v) { return v; });
        case Intrinsic::extended_add:
            return extended2(r, port, [](long double v, long double w) { return v + w; });
        case Intrinsic::extended_subtract:
            return extended2(r, port, [](long double v, long double w) { return v - w; });
        case Intrinsic::extended_multiply:
            return extended2(r, port, [](long double v, long double w) { return v * w; });
        case Intrinsic::extended_divide:
            return extended2(r, port, [](long double v, long double w) { return v / w; });
        case Intrinsic::extended_negate:
            return extended1(r, port, [](long double v) { return -v; });
        case Intrinsic::extended_compare: {
            long double left = 0, right = 0;
            if (!load(port, r[0], left) || !load(port, r[1], right)) return IntrinsicEnd::memory_fault;
            r[0] = order(left, right);
            return IntrinsicEnd::done;
        }
        case Intrinsic::extended_truth:
            return from_extended(r, port, [](long double v) { return v != 0 ? 1ull : 0; });
        case Intrinsic::extended_from_double:
            return done_or_fault(store(port, r[0], real(r[1])));
        case Intrinsic::extended_from_signed:
            return done_or_fault(
                store(port, r[0], static_cast<long double>(static_cast<std::int64_t>(r[1]))));
        case Intrinsic::extended_from_unsigned:
            return done_or_fault(store(port, r[0], static_cast<long double>(r[1])));
        case Intrinsic::extended_to_double:
            return from_extended(r, port, [](long double v) { return bits(static_cast<double>(v)); });
        case Intrinsic::extended_to_float:
            return from_extended(r, port, [](long double v) { return bits(static_cast<float>(v)); });
        case Intrinsic::extended_to_signed:
            return from_extended(r, port, to_signed);
        case Intrinsic::extended_to_unsigned:
            return from_extended(r, port, to_unsigned);
        case Intrinsic::format_double:
            cost += kTextCost;
            return format(r, port, real(r[4]));
        case Intrinsic::format_extended: {
            long double value = 0;
            cost += kTextCost;
            if (!load(port, r[4], value)) return IntrinsicEnd::memory_fault;
            return format(r, port, value);
        }
        case Intrinsic::parse_double: {
            double value = 0;
            cost += kTextCost;
            if (!parse(port, r[0], r[1], std::strtod, value)) return IntrinsicEnd::memory_fault;
            return result(value);
        }
        case Intrinsic::parse_extended: {
            long double value = 0;
            cost += kTextCost;
            return done_or_fault(parse(port, r[1], r[2], std::strtold, value) && store(port, r[0], value));
        }
        default:
            return IntrinsicEnd::done;  // no other comes here
    }
}

}  // namespace ipclab::vm
