// The memory of a process: mappings with protections over copy-on-write pages, as mmap(2) describes them.
//
// A mapping is private (its pages belong to the address space: zero-filled on first touch, or copied from a
// memory object on first write) or shared (its pages are those of a memory object: a file's bytes, shared
// memory). Memory objects are components of the kernel, so two address spaces, and a file and its mappings,
// see the same bytes.
//
// The pages hang in a PageTable: copying an address space (fork, a snapshot) copies a few handles, and a
// write clones what is shared on the way to one page.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "kernel/cow.h"
#include "kernel/limits.h"
#include "kernel/memory_object.h"
#include "kernel/page_table.h"
#include "kernel/result.h"
#include "kernel/shade.h"
#include "kernel/types.h"

namespace ipclab::kernel {

enum class Access : std::uint8_t { read = 1, write = 2, execute = 4 };

/// PROT_READ | PROT_WRITE | PROT_EXEC, Linux's values.
using Protection = std::uint8_t;
inline constexpr Protection kProtNone = 0, kProtRead = 1, kProtWrite = 2, kProtExec = 4;

/// What a process can map lies in [kUserBottom, kUserTop): mmap_min_addr, and x86-64's TASK_SIZE.
inline constexpr std::uint64_t kUserBottom = 0x10000, kUserTop = 0x7ffffffff000;
/// Where no address is asked for, mappings are placed below this, downwards.
inline constexpr std::uint64_t kMapTop = 0x7ffff7fff000;
/// mappings of a process: /proc/sys/vm/max_map_count
inline constexpr std::size_t kMaxMappings = 65530;

struct Mapping {
    std::uint64_t begin = 0, end = 0;  ///< addresses, multiples of the page size
    Protection protection = kProtNone;
    Protection most = kProtRead | kProtWrite | kProtExec;  ///< what mprotect(2) may make of it
    bool is_shared = false;
    MemoryId object{};                ///< what it maps; none: anonymous private memory
    std::uint64_t object_offset = 0;  ///< bytes, a multiple of the page size; of `begin` in the object
    enum class Use : std::uint8_t {
        code,
        data,
        heap,
        stack,
        mapped
    } use = Use::mapped;      ///< for explanations and the window
    bool grows_down = false;  ///< a stack: a touch below `begin`, down to `limit`, extends it
    std::uint64_t limit = 0;  ///< grows_down: the lowest address it may reach
    bool operator==(const Mapping&) const = default;
};

/// Why an access failed: what the SIGSEGV or SIGBUS handler sees, and enough to explain it.
struct Fault {
    std::uint64_t address = 0;
    Access access = Access::read;
    enum class Why : std::uint8_t {
        unmapped,            ///< SIGSEGV, SEGV_MAPERR
        protection,          ///< SIGSEGV, SEGV_ACCERR
        past_end_of_object,  ///< SIGBUS, BUS_ADRERR
        stack_overflow,      ///< SIGSEGV, SEGV_MAPERR: shortly below the lowest address of a stack
        out_of_memory  ///< touching one page more would pass Limits::resident_bytes, or a stack's growth
                       ///< Limits::address_space_bytes: Linux's OOM killer would send SIGKILL
    } why = Why::unmapped;
    bool operator==(const Fault&) const = default;
};

/// An access to user memory, by an instruction or by the kernel in a system call.
struct MemoryAccess {
    std::uint64_t address = 0, bytes = 0;
    bool writes = false;     ///< or reads and writes
    bool is_atomic = false;  ///< of the C11 kind, or the kernel's own look at a futex
    bool operator==(const MemoryAccess&) const = default;
};

/// Is told of what the kernel reads and writes in the memory of the process that is in a call.
class AccessWatcher {
  public:
    virtual void kernel_accesses(const MemoryAccess& access) = 0;

  protected:
    ~AccessWatcher() = default;
};

/// The translations that the interpreter looked up last: a cache, not state, and equal to every other.
///
/// An entry says where a page's bytes are on the host. That stays true until the page is written or unmapped
/// through the AddressSpace (which drops the entry), until the address space is copied (its pages are shared
/// from then on and must not be written in place: the copy starts empty and the original is marked stale),
/// or, for pages of memory objects, until somebody else copies or changes the object, which nobody tells us:
/// so begin_run() drops those each time, and all of them where the cache is stale.
class TranslationCache {
  public:
    static constexpr std::size_t kEntries = 32;
    static constexpr std::uint64_t kNone = ~0ull;  ///< equals no page address

    struct Entry {
        std::uint64_t readable = kNone;  ///< address of the page where it can be read at `host`
        std::uint64_t writable = kNone;  ///< the same for writing
        std::uintptr_t host = 0;         ///< host address of the page's first byte, less the page's address
        std::uintptr_t shades =
            0;  ///< likewise of the page's shades; 0: fine all over. Writable where the page is
    };

    TranslationCache() = default;
    TranslationCache(const TranslationCache& other) {
        other.is_stale_.store(true, std::memory_order_relaxed);
    }
    TranslationCache& operator=(const TranslationCache& other) {
        if (this != &other) other.is_stale_.store(true, std::memory_order_relaxed);
        flush();
        return *this;
    }

    static std::size_t index(std::uint64_t address) { return address / kPageSize % kEntries; }
    Entry& entry(std::uint64_t address) { return entries_[index(address)]; }
    Entry* entries() { return entries_.data(); }

    /// Nothing may be written in place any more, be it that bytes are shared now or that somebody has taken their digest.
    void mark_stale() const { is_stale_.store(true, std::memory_order_relaxed); }
    /// To be called before the entries are used, whenever other code may have run since.
    void begin_run() {
        if (has_objects_ || is_stale_.load(std::memory_order_relaxed)) flush();
    }
    void flush() {
        if (!is_empty_) entries_.fill(Entry{});
        is_empty_ = true;
        has_objects_ = false;
        is_stale_.store(false, std::memory_order_relaxed);
    }
    /// Where these bytes are on the host, at any time: null where the cache does not know, or where they are in more
    /// than one page. For writing: as a fresh for_write() would answer.
    const std::uint8_t* readable(std::uint64_t address, std::uint64_t bytes) const {
        const Entry& found = entries_[index(address)];
        if (found.readable != (address & ~(kPageSize - 1)) || has_objects_ || !is_inside_page(address, bytes))
            return nullptr;
        return reinterpret_cast<const std::uint8_t*>(found.host + address);
    }
    std::uint8_t* writable(std::uint64_t address, std::uint64_t bytes) {
        const Entry& found = entries_[index(address)];
        if (found.writable != (address & ~(kPageSize - 1)) || has_objects_ ||
            is_stale_.load(std::memory_order_relaxed) || !is_inside_page(address, bytes))
            return nullptr;
        return reinterpret_cast<std::uint8_t*>(found.host + address);
    }
    /// The shades of these bytes, which readable() or writable() has found; null: they are fine all over.
    const std::uint8_t* shades(std::uint64_t address) const {
        const Entry& found = entries_[index(address)];
        return found.shades == 0 ? nullptr : reinterpret_cast<const std::uint8_t*>(found.shades + address);
    }
    /// The page's shades lie there now, its address space's own.
    void move_shades(std::uint64_t page_address, const std::uint8_t* shades) {
        Entry& known = entry(page_address);
        if (known.readable == page_address)
            known.shades = reinterpret_cast<std::uintptr_t>(shades) - page_address;
    }
    void enter(std::uint64_t page_address, std::uint8_t* bytes, const std::uint8_t* shades, bool is_writable,
               bool is_of_object) {
        entry(page_address) = {page_address, is_writable ? page_address : kNone,
                               reinterpret_cast<std::uintptr_t>(bytes) - page_address,
                               shades ? reinterpret_cast<std::uintptr_t>(shades) - page_address : 0};
        is_empty_ = false;
        has_objects_ |= is_of_object;
    }
    bool operator==(const TranslationCache&) const { return true; }

  private:
    static bool is_inside_page(std::uint64_t address, std::uint64_t bytes) {
        return bytes <= kPageSize - address % kPageSize;
    }

    std::array<Entry, kEntries> entries_{};
    bool is_empty_ = true;
    bool has_objects_ = false;
    mutable std::atomic<bool> is_stale_{false};  // set through a const original, maybe of another host thread
};

class AddressSpace {
  public:
    AddressSpace() = default;
    explicit AddressSpace(const Limits& limits)
        : mapped_limit_bytes_(limits.address_space_bytes), resident_limit_bytes_(limits.resident_bytes) {}

    /// RLIMIT_AS: what is mapped already may be more.
    void set_mapped_limit(std::uint64_t bytes) { mapped_limit_bytes_ = bytes; }

    /// As mmap: where `fixed`, exactly at mapping.begin, replacing what was there; otherwise at mapping.begin
    /// where that is given and free, else at the highest free place below kMapTop. The length is
    /// end - begin. Returns the address. ENOMEM where nothing fits, the address-space limit or the number of
    /// mappings is reached; EINVAL for an empty or misaligned range; EPERM below kUserBottom (mmap(2)).
    Result<std::uint64_t> map(Mapping mapping, bool fixed);
    /// munmap(2): splits mappings that the range cuts; a range without mappings is no error. EINVAL for a
    /// misaligned address, no bytes, or a range outside user space. `bytes` is rounded up to pages.
    Result<void> unmap(std::uint64_t begin, std::uint64_t bytes);
    /// mprotect(2): ENOMEM where the range has a hole; what lies before the hole has then been changed, as in
    /// Linux. EINVAL for a misaligned address.
    Result<void> protect(std::uint64_t begin, std::uint64_t bytes, Protection protection);
    /// mremap(2): the bytes of one mapping, [begin, begin + old_bytes), become `new_bytes` long and keep what is in them:
    /// where they are, or, where that is full, elsewhere; with `to`, there, in place of what was there. Lengths are rounded
    /// up to pages. Returns the address. EFAULT where they are not all of one mapping, ENOMEM, EINVAL.
    enum class MayMove : std::uint8_t { no, yes };
    Result<std::uint64_t> remap(std::uint64_t begin, std::uint64_t old_bytes, std::uint64_t new_bytes,
                                MayMove may, std::optional<std::uint64_t> to);
    /// brk(2) as Linux's: returns the new break, or the old one where it cannot move.
    std::uint64_t set_break(std::uint64_t address);
    std::uint64_t heap_begin() const { return heap_begin_; }
    std::uint64_t program_break() const { return break_; }
    void set_heap_begin(std::uint64_t address) { heap_begin_ = break_ = address; }

    /// The host address of the byte at `address`, good until the end of its page and until this address space
    /// is next changed or copied; null and `fault` filled where the access is not allowed. Both extend a
    /// stack that grows down. for_write gives a page that nobody else shares unless the mapping does.
    const std::uint8_t* for_read(std::uint64_t address, const MemoryObjects& objects, Fault& fault);
    std::uint8_t* for_write(std::uint64_t address, MemoryObjects& objects, Fault& fault);

    /// Reading without touching anything: for the window, the printers, the checkers. False where it is not
    /// readable.
    bool peek(std::uint64_t address, std::span<std::uint8_t> out, const MemoryObjects& objects) const;

    /// Says what lives at these bytes; addresses without a mapping may be named.
    void shade(std::uint64_t address, std::uint64_t bytes, Shade shade);
    void shade(std::uint64_t address, std::span<const std::uint8_t> shades);
    Shade shade_at(std::uint64_t address) const;
    /// The first byte of an access that is wrong; nothing where all is well.
    enum class UnsetBytes : std::uint8_t { wrong, allowed };
    std::optional<BadAccess> check(std::uint64_t address, std::uint64_t bytes, Access access,
                                   UnsetBytes unset) const;
    /// These bytes have been given values.
    void set(std::uint64_t address, std::uint64_t bytes);
    /// They have been given the values of others: unset ones stay unset.
    void copy_shades(std::uint64_t to, std::uint64_t from, std::uint64_t bytes);
    bool has_shades() const { return shades_.count() > 0; }
    /// The first wrong access that the kernel made for this process since this was last asked.
    std::optional<BadAccess> take_complaint() { return std::exchange(complaint_, std::nullopt); }
    bool has_complaint() const { return complaint_.has_value(); }
    void complain(const BadAccess& access) {
        if (!complaint_) complaint_ = access;
    }

    /// In the order of addresses, not overlapping.
    const std::vector<Mapping>& mappings() const { return *mappings_; }
    /// The mapping with this address, null where there is none.
    const Mapping* mapping_at(std::uint64_t address) const;
    std::uint64_t mapped_bytes() const;
    /// Pages that this address space holds itself: touched, private ones.
    std::size_t resident_pages() const { return pages_.count(); }
    /// Those that `other` does not share by identity: what a copy has cost since. For tests and figures.
    std::size_t pages_unshared_with(const AddressSpace& other) const {
        return pages_.unshared_with(other.pages_);
    }

    TranslationCache& cache() { return cache_; }
    const TranslationCache& cache() const { return cache_; }

    /// Of all that == looks at, but a complaint.
    Digest digest(DigestFunction function) const;

    /// Equal mappings, break, limits and bytes. Pages that are shared are equal without looking.
    bool operator==(const AddressSpace&) const = default;

  private:
    const Mapping* find_allowed(std::uint64_t address, Access access, Fault& fault);
    const Mapping* extend_stack(std::uint64_t address, Fault& fault);
    Page& own_shades(std::uint64_t page_number);
    std::uint64_t find_free(std::uint64_t bytes) const;
    void cut(std::uint64_t begin, std::uint64_t end);
    void insert(const Mapping& mapping);
    Result<std::uint64_t> move(std::uint64_t begin, std::uint64_t bytes, Mapping target, bool fixed);
    void split_at(std::vector<Mapping>& mappings, std::uint64_t address);

    Cow<std::vector<Mapping>> mappings_;
    PageTable pages_;
    PageTable shades_;  // a byte is a Shade
    std::optional<BadAccess> complaint_;
    std::uint64_t heap_begin_ = 0, break_ = 0;
    std::uint64_t mapped_limit_bytes_ = Limits{}.address_space_bytes;
    std::uint64_t resident_limit_bytes_ = Limits{}.resident_bytes;
    TranslationCache cache_;
};

/// The kernel's way to user memory: an address space with the memory objects it may map.
/// read and write fail with EFAULT and have then copied what was accessible before the fault, as copy_to_user
/// does.
struct UserMemory {
    AddressSpace& space;
    MemoryObjects& objects;
    AccessWatcher* watcher = nullptr;

    Result<void> read(std::uint64_t address, std::span<std::uint8_t> out) const;
    Result<void> write(std::uint64_t address, std::span<const std::uint8_t> bytes) const;
    /// How many of these bytes are accessible before the first that is not. Touches what it finds, as the
    /// copying would.
    std::uint64_t readable_bytes(std::uint64_t address, std::uint64_t bytes) const;
    std::uint64_t writable_bytes(std::uint64_t address, std::uint64_t bytes) const;
    /// A NUL-terminated string of at most max_bytes (ENAMETOOLONG beyond), EFAULT where it runs into a hole.
    Result<std::string> read_string(std::uint64_t address, std::size_t max_bytes) const;
    template <class T>
    Result<T> read_object(std::uint64_t address) const {
        T value{};
        auto done = read(address, {reinterpret_cast<std::uint8_t*>(&value), sizeof value});
        if (!done) return done.error();
        return value;
    }
    template <class T>
    Result<void> write_object(std::uint64_t address, const T& value) const {
        return write(address, {reinterpret_cast<const std::uint8_t*>(&value), sizeof value});
    }
};

}  // namespace ipclab::kernel
