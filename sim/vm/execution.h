// Shared by the interpreter's parts, not for others: access to user memory on the fast path, and faults on their way out.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "kernel/address_space.h"
#include "sim/vm/interpreter.h"
#include "sim/vm/program.h"

namespace ipclab::vm {

/// One run's way to memory. A failed access leaves its fault here and returns false or null.
class MemoryPort {
  public:
    /// `order`: where the context's stores may wait; null: they do not.
    MemoryPort(kernel::UserMemory memory, const Program& program, Context& context, const StoreOrder* order)
        : memory_(memory),
          entries_(memory.space.cache().entries()),
          program_(program),
          context_(context),
          order_(order) {
        memory.space.cache().begin_run();
        if (order) memory.space.cache().flush();  // pages whose stores may wait are not entered
    }

    template <class T>
    bool load(std::uint64_t address, T& value) {
        const auto& entry = entries_[kernel::TranslationCache::index(address)];
        // Matches only where the page is right and the access is aligned, so that it stays inside the page.
        if ((address & kAligned<T>) == entry.readable) [[likely]] {
            if (entry.shades == 0 || host<ShadesOf<T>>(entry.shades + address) == 0 || is_trusted_)
                [[likely]] {
                value = host<T>(entry.host + address);
                return true;
            }
        }
        T found;  // not `value` itself: what has its address taken cannot stay in a register
        if (!load_slowly(address, &found, sizeof found, sizeof found)) return false;
        value = found;
        return true;
    }
    template <class T>
    bool store(std::uint64_t address, T value) {
        const auto& entry = entries_[kernel::TranslationCache::index(address)];
        if ((address & kAligned<T>) == entry.writable) [[likely]] {
            if (entry.shades == 0 || is_settable<T>(entry.shades + address) || is_trusted_) [[likely]] {
                std::memcpy(reinterpret_cast<void*>(entry.host + address), &value, sizeof value);
                return true;
            }
        }
        return store_slowly(address, &value, sizeof value, sizeof value);
    }

    /// `alignment`: of the type, a power of two; an address that is no multiple of it is a mistake.
    bool load_slowly(std::uint64_t address, void* out, std::size_t bytes, std::size_t alignment = 1);
    bool store_slowly(std::uint64_t address, const void* in, std::size_t bytes, std::size_t alignment = 1);
    /// As memmove between two places in user memory.
    bool copy(std::uint64_t to, std::uint64_t from, std::uint64_t bytes);
    bool fill(std::uint64_t address, std::uint8_t value, std::uint64_t bytes);
    /// All waiting stores reach memory.
    void drain() {
        if (order_) [[unlikely]]
            drain_buffer();
    }
    /// Whether stores wait, and a plain one to these bytes, made by the innermost function, would have them drained first.
    bool would_drain(std::uint64_t address, std::uint64_t bytes) const;
    bool has_waiting_stores() const { return order_ && !context_.stores.empty(); }
    /// The longest readable piece, unchecked (see may_read), at `address` that ends at a page's end or after `bytes`.
    /// Good until two more have been asked for.
    const std::uint8_t* piece(std::uint64_t address, std::uint64_t bytes, std::size_t& length);

    /// The position of `value` among the bytes from `address` on, `limit` at most, or `limit`; nothing where one of those
    /// before it may not be read.
    std::optional<std::uint64_t> find(std::uint64_t address, std::uint8_t value, std::uint64_t limit);

    kernel::UserMemory memory() const { return memory_; }
    const kernel::Fault& fault() const { return fault_; }

    /// Says what lives at these bytes.
    void shade(std::uint64_t address, std::uint64_t bytes, kernel::Shade shade);
    /// A new frame: every byte as its function says.
    void open_frame(std::uint64_t address, const Function& function);

    /// Why the last access failed, where that was not a fault but a mistake; nothing otherwise.
    const std::optional<kernel::BadAccess>& mistake() const { return mistake_; }
    /// The mistake has been told: a value that was never set counts as set from now on.
    void forgive();
    /// Whether accesses are let pass as they are.
    void trust(bool is_trusted) { is_trusted_ = is_trusted; }
    /// Whether these bytes may be read as values; false: see mistake().
    bool may_read(std::uint64_t address, std::uint64_t bytes);

  private:
    template <class T>
    static constexpr std::uint64_t kAligned = ~(kernel::kPageSize - 1) | (sizeof(T) - 1);

    template <class T>
    static T host(std::uintptr_t address) {
        T value;
        std::memcpy(&value, reinterpret_cast<const void*>(address), sizeof value);
        return value;
    }
    /// Whether a store of a T may go ahead without a second look, its shades being at `shades`: they are all fine or
    /// unset, and are all fine afterwards.
    template <class T>
    static bool is_settable(std::uintptr_t shades) {
        const auto before = host<std::make_unsigned_t<ShadesOf<T>>>(shades);
        if (before == 0) return true;
        if ((before & kNotJustUnset) != 0) return false;
        std::memset(reinterpret_cast<void*>(shades), 0, sizeof(T));
        return true;
    }
    template <class T>
    using ShadesOf = std::conditional_t<std::is_same_v<T, float>, std::uint32_t, T>;
    static constexpr std::uint64_t kNotJustUnset = 0xfefefefefefefefe;

    /// The shades from this address to the end of its page, where they can be written at once; null elsewhere.
    std::uint8_t* own_shades(std::uint64_t address);
    static constexpr std::size_t kSmallCopy = 64;
    /// A copy inside pages that are at hand, where nothing is wrong; false: nothing has been done.
    bool copy_small(std::uint64_t to, std::uint64_t from, std::size_t bytes);
    bool read(std::uint64_t address, void* out, std::size_t bytes);
    bool write(std::uint64_t address, const void* in, std::size_t bytes);

    // With a store order only.
    void drain_buffer();
    bool may_wait(const Place& place) const;
    bool write_in_order(std::uint64_t address, const std::uint8_t* in, std::size_t bytes);
    void put_waiting_stores_over(std::uint64_t address, std::uint8_t* bytes, std::size_t count) const;
    void forget_page(std::uint64_t address);
    bool allows(std::uint64_t address, std::uint64_t bytes, kernel::Access access,
                kernel::AddressSpace::UnsetBytes unset, std::size_t alignment = 1);

    kernel::UserMemory memory_;
    kernel::TranslationCache::Entry* entries_;
    kernel::Fault fault_;
    std::optional<kernel::BadAccess> mistake_;
    bool is_trusted_ = false;
    const Program& program_;
    Context& context_;
    const StoreOrder* const order_;
    std::array<std::vector<std::uint8_t>, 2> pieces_;  // as the task sees them; the last one first
};

enum class IntrinsicEnd : std::uint8_t { done, memory_fault, misaligned };
constexpr IntrinsicEnd done_or_fault(bool ok) {
    return ok ? IntrinsicEnd::done : IntrinsicEnd::memory_fault;
}

/// Runs an intrinsic that needs nothing but memory and its registers (all but setjmp and longjmp). Raises `cost` by the
/// instructions that the work is worth.
IntrinsicEnd call_intrinsic(Intrinsic which, std::uint64_t* registers, MemoryPort& port, std::uint64_t& cost);
/// Those that compute with floating point.
IntrinsicEnd call_floating_intrinsic(Intrinsic which, std::uint64_t* registers, MemoryPort& port,
                                     std::uint64_t& cost);

/// A failed access in words, as a signal with its code.
FaultReport explain_memory_fault(const Program& program, const Context& context, kernel::UserMemory memory,
                                 const kernel::Fault& fault);

/// For what the stack has no room.
struct StackOverflow {
    std::uint32_t function = 0;  ///< index of the one whose variables these are
    std::uint64_t bytes = 0;
};
std::string explain_stack_overflow(const Program& program, const Context& context,
                                   const StackOverflow& overflow);

/// Signed arithmetic whose result does not fit, a shift by as many bits as there are or more: what the processor does.
std::uint64_t wrapped_result(Opcode op, std::uint64_t x, std::uint64_t y);
/// The same in words.
std::string explain_arithmetic(Opcode op, std::uint64_t x, std::uint64_t y);
/// An integer division that the processor cannot do, in words.
std::string explain_division(std::uint64_t dividend, std::uint64_t divisor);

/// An address that free() or realloc() was given and that is not for it, in words.
std::string explain_bad_free(const Program& program, const Context& context, kernel::UserMemory memory,
                             std::uint64_t address);

/// A register that holds kUnset and is used, in words.
std::string explain_unset(const Program& program, const Context& context, std::uint16_t register_number);

}  // namespace ipclab::vm
