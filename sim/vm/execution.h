// Shared by the interpreter's parts, not for others: access to user memory on the fast path, and faults on their way out.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>

#include "kernel/address_space.h"
#include "sim/vm/interpreter.h"
#include "sim/vm/program.h"

namespace ipclab::vm {

/// One run's way to memory. A failed access leaves its fault here and returns false or null.
class MemoryPort {
  public:
    explicit MemoryPort(kernel::UserMemory memory)
        : memory_(memory), entries_(memory.space.cache().entries()) {
        memory.space.cache().begin_run();
    }

    template <class T>
    bool load(std::uint64_t address, T& value) {
        const auto& entry = entries_[kernel::TranslationCache::index(address)];
        // Matches only where the page is right and the access is aligned, so that it stays inside the page.
        if ((address & kAligned<T>) == entry.readable) [[likely]] {
            std::memcpy(&value, reinterpret_cast<const void*>(entry.host + address), sizeof value);
            return true;
        }
        T found;  // not `value` itself: what has its address taken cannot stay in a register
        if (!load_slowly(address, &found, sizeof found)) return false;
        value = found;
        return true;
    }
    template <class T>
    bool store(std::uint64_t address, T value) {
        const auto& entry = entries_[kernel::TranslationCache::index(address)];
        if ((address & kAligned<T>) == entry.writable) [[likely]] {
            std::memcpy(reinterpret_cast<void*>(entry.host + address), &value, sizeof value);
            return true;
        }
        return store_slowly(address, &value, sizeof value);
    }

    bool load_slowly(std::uint64_t address, void* out, std::size_t bytes);
    bool store_slowly(std::uint64_t address, const void* in, std::size_t bytes);
    /// As memmove between two places in user memory.
    bool copy(std::uint64_t to, std::uint64_t from, std::uint64_t bytes);
    bool fill(std::uint64_t address, std::uint8_t value, std::uint64_t bytes);
    /// The longest readable piece at `address` that ends at a page's end or after `bytes`.
    const std::uint8_t* piece(std::uint64_t address, std::uint64_t bytes, std::size_t& length);

    kernel::UserMemory memory() const { return memory_; }
    const kernel::Fault& fault() const { return fault_; }

  private:
    template <class T>
    static constexpr std::uint64_t kAligned = ~(kernel::kPageSize - 1) | (sizeof(T) - 1);

    kernel::UserMemory memory_;
    kernel::TranslationCache::Entry* entries_;
    kernel::Fault fault_;
};

enum class IntrinsicEnd : std::uint8_t { done, memory_fault, misaligned };

/// Runs an intrinsic that needs nothing but memory and its registers (all but setjmp and longjmp). Raises `cost` by the
/// instructions that the work is worth.
IntrinsicEnd call_intrinsic(Intrinsic which, std::uint64_t* registers, MemoryPort& port, std::uint64_t& cost);

/// A failed access in words, as a signal with its code.
FaultReport explain_memory_fault(const Program& program, const kernel::AddressSpace& space,
                                 const kernel::Fault& fault);

}  // namespace ipclab::vm
