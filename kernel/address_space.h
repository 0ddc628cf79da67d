// The memory of a process: mappings with protections over copy-on-write pages, as mmap(2) describes them.
//
// A mapping is private (its pages belong to the address space: zero-filled on first touch, or copied from a
// memory object on first write) or shared (its pages are those of a memory object: a file's bytes, shared
// memory). Memory objects are components of the kernel, so two address spaces, and a file and its mappings,
// see the same bytes.
//
// Pages hang in a two-level table of copy-on-write nodes: copying an address space (fork, a snapshot) copies
// a few handles, and a write clones one leaf of handles and one page.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "kernel/memory_object.h"
#include "kernel/result.h"
#include "kernel/types.h"

namespace ipclab::kernel {

enum class Access : std::uint8_t { read = 1, write = 2, execute = 4 };

/// PROT_READ | PROT_WRITE | PROT_EXEC, Linux's values.
using Protection = std::uint8_t;
inline constexpr Protection kProtNone = 0, kProtRead = 1, kProtWrite = 2, kProtExec = 4;

struct Mapping {
    std::uint64_t begin = 0, end = 0;  ///< addresses, multiples of the page size
    Protection protection = kProtNone;
    bool is_shared = false;
    MemoryId object{};                ///< what it maps; none: anonymous private memory
    std::uint64_t object_offset = 0;  ///< bytes; of `begin` in the object
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
        unmapped,
        protection,
        past_end_of_object,
        stack_overflow
    } why = Why::unmapped;
    bool operator==(const Fault&) const = default;
};

/// The translations that the interpreter looked up last: a cache, not state. Copying an address space empties
/// the caches of both sides, because their pages are shared from then on and must not be written in place.
struct TranslationCache {
    static constexpr std::size_t kEntries = 16;
    struct Entry {
        std::uint64_t page = ~0ull;              ///< page number
        const std::uint8_t* readable = nullptr;  ///< null: look it up
        std::uint8_t* writable = nullptr;
        bool is_shared = false;
    };
    mutable std::array<Entry, kEntries> entries{};
    mutable bool has_shared = false;  ///< some entry belongs to a memory object
    mutable bool is_empty = true;

    TranslationCache() = default;
    TranslationCache(const TranslationCache& other) { other.flush(); }
    TranslationCache& operator=(const TranslationCache& other) {
        other.flush();
        flush();
        return *this;
    }
    void flush() const {
        if (is_empty) return;
        entries.fill(Entry{});
        has_shared = false;
        is_empty = true;
    }
    bool operator==(const TranslationCache&) const { return true; }
};

class AddressSpace {
  public:
    /// As mmap: where `fixed`, exactly at mapping.begin, replacing what was there; otherwise at a free place
    /// of that length, below vm::kMmapTop, first fit from the top. Returns the address. ENOMEM where nothing
    /// fits or the address-space limit is reached, EINVAL for an empty or misaligned range.
    Result<std::uint64_t> map(Mapping mapping, bool fixed);
    /// munmap(2): splits mappings that the range cuts; a range without mappings is no error.
    Result<void> unmap(std::uint64_t begin, std::uint64_t bytes);
    /// mprotect(2): ENOMEM where the range has a hole.
    Result<void> protect(std::uint64_t begin, std::uint64_t bytes, Protection protection);
    /// brk(2) as Linux's: returns the new break, or the old one where it cannot move.
    std::uint64_t set_break(std::uint64_t address);
    std::uint64_t heap_begin() const { return heap_begin_; }
    void set_heap_begin(std::uint64_t address) { heap_begin_ = break_ = address; }

    /// The host address of the byte at `address`, good until the end of its page and until the next step;
    /// null and `fault` filled where the access is not allowed. Write access gives a page that is this
    /// machine's own.
    const std::uint8_t* for_read(std::uint64_t address, const MemoryObjects& objects, Fault& fault);
    std::uint8_t* for_write(std::uint64_t address, MemoryObjects& objects, Fault& fault);

    /// Reading without touching anything: for the window, the printers, the checkers. False where it is not
    /// readable.
    bool peek(std::uint64_t address, std::span<std::uint8_t> out, const MemoryObjects& objects) const;

    const std::vector<Mapping>& mappings() const { return mappings_; }
    const Mapping* mapping_at(std::uint64_t address) const;
    /// Pages that this address space holds itself and that differ in identity from `other`'s: for tests and
    /// figures.
    std::size_t resident_pages() const;

    TranslationCache& cache() { return cache_; }

    bool operator==(const AddressSpace&) const = default;

  private:
    static constexpr std::size_t kLeafPages = 64;
    struct PageHandle;  // a Cow<Page> that may be absent (never touched: zero)
    struct Leaf;        // kLeafPages of them

    std::vector<Mapping> mappings_;  // sorted by begin, not overlapping
    std::uint64_t heap_begin_ = 0, break_ = 0;
    TranslationCache cache_;
};

/// The kernel's way to user memory: an address space with the memory objects it may map.
/// read and write fail with EFAULT and have then copied what was accessible before the fault, as copy_to_user
/// does.
struct UserMemory {
    AddressSpace& space;
    MemoryObjects& objects;

    Result<void> read(std::uint64_t address, std::span<std::uint8_t> out) const;
    Result<void> write(std::uint64_t address, std::span<const std::uint8_t> bytes) const;
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
