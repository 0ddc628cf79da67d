// A growable array of bytes in copy-on-write pages: what a regular file, a shared mapping, a memfd consists
// of.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "kernel/cow.h"
#include "kernel/page_table.h"
#include "kernel/types.h"

namespace ipclab::kernel {

/// Pages never written are zero and take no memory. Invariant: bytes of the last page behind the end are
/// zero, unless a mapping wrote them (mmap(2): "the effect of changes to the portion of the page ... is
/// unspecified"; Linux keeps them until the file grows over them, we clear them when it does).
class MemoryObject {
  public:
    std::uint64_t size() const { return size_; }
    /// Sets the length; bytes past a shrunken end are gone, new ones are zero.
    void resize(std::uint64_t bytes);
    /// Copies what there is at `offset`; returns the number of bytes, 0 at or past the end.
    std::uint64_t read(std::uint64_t offset, std::span<std::uint8_t> out) const;
    /// Writes, growing as needed; a gap behind the old end reads as zeroes.
    void write(std::uint64_t offset, std::span<const std::uint8_t> bytes);
    std::string text() const;  ///< all bytes
    /// A page for reading (zeroes where it was never written) or for writing; null past the last page with a
    /// byte.
    const std::uint8_t* page_for_read(std::uint64_t index) const;
    std::uint8_t* page_for_write(std::uint64_t index);
    /// Pages that take memory.
    std::size_t resident_pages() const { return pages_.count(); }
    Digest digest(DigestFunction function) const;
    bool operator==(const MemoryObject&) const = default;

  private:
    void clear_behind_end();

    std::uint64_t size_ = 0;
    PageTable pages_;
};

/// All memory objects of a kernel.
using MemoryObjects = SharedTable<MemoryId, MemoryObject>;

}  // namespace ipclab::kernel
