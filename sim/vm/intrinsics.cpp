// What the C library cannot say in C: see intrinsics.def.
#include <algorithm>
#include <cstring>

#include "sim/vm/execution.h"

namespace ipclab::vm {

namespace {

constexpr std::uint64_t kBytesPerInstruction = 16;  // what an intrinsic's work is worth
constexpr std::uint64_t kMostShaded = 1 << 20;
constexpr auto kMostShade = static_cast<std::uint64_t>(kernel::Shade::arguments_end);

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
    if (which == Intrinsic::atomic_put) return done_or_fault(port.store(address, operand));
    if (which != Intrinsic::atomic_load) port.drain();
    if (which == Intrinsic::atomic_store) {
        if (!port.store(address, operand)) return IntrinsicEnd::memory_fault;
        port.drain();
        return IntrinsicEnd::done;
    }
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
            if (equal) port.drain();
            r[0] = equal ? 1 : 0;
            return IntrinsicEnd::done;
        }
        default:
            break;
    }
    if (!port.store(address, next)) return IntrinsicEnd::memory_fault;
    port.drain();
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
    switch (which) {
        case Intrinsic::memcpy:
            cost += r[2] / kBytesPerInstruction;
            return done_or_fault(port.copy(r[0], r[1], r[2]));
        case Intrinsic::memset:
            cost += r[2] / kBytesPerInstruction;
            return done_or_fault(port.fill(r[0], static_cast<std::uint8_t>(r[1]), r[2]));
        case Intrinsic::memcmp:
            return compare_memory(r, port, cost);
        case Intrinsic::memchr: {
            const auto position = port.find(r[0], static_cast<std::uint8_t>(r[1]), r[2]);
            if (!position) return IntrinsicEnd::memory_fault;
            cost += *position / kBytesPerInstruction;
            r[0] = *position < r[2] ? r[0] + *position : 0;
            return IntrinsicEnd::done;
        }
        case Intrinsic::strlen: {
            const auto length = port.find(r[0], 0, ~0ull);
            if (!length) return IntrinsicEnd::memory_fault;
            cost += *length / kBytesPerInstruction;
            r[0] = *length;
            return IntrinsicEnd::done;
        }
        case Intrinsic::stpcpy: {
            const auto length = port.find(r[1], 0, ~0ull);
            if (!length || !port.copy(r[0], r[1], *length + 1)) return IntrinsicEnd::memory_fault;
            cost += *length / kBytesPerInstruction;
            r[0] += *length;
            return IntrinsicEnd::done;
        }
        case Intrinsic::strcmp:
            return compare_strings(r, port, cost);
        case Intrinsic::atomic_load:
            return atomic_of_size(which, r[1], r, port);
        case Intrinsic::atomic_cas:
            return atomic_of_size(which, r[3], r, port);
        case Intrinsic::atomic_store:
        case Intrinsic::atomic_put:
        case Intrinsic::atomic_exchange:
        case Intrinsic::atomic_add:
        case Intrinsic::atomic_and:
        case Intrinsic::atomic_or:
        case Intrinsic::atomic_xor:
            return atomic_of_size(which, r[2], r, port);
        case Intrinsic::fence:
            port.drain();
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
        case Intrinsic::fails:
        case Intrinsic::thread_pointer:
        case Intrinsic::set_thread_pointer:
        case Intrinsic::thread_local_bytes:
        case Intrinsic::copy_thread_locals:
        case Intrinsic::thread_local_address:
            break;  // the interpreter's own: they look at the context
        default:
            return call_floating_intrinsic(which, r, port, cost);
    }
    return IntrinsicEnd::done;
}

}  // namespace ipclab::vm
