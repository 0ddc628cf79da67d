// Which bytes of memory objects a step reads and writes: what it does depends on no other bytes of them, and changes no
// others.
#pragma once

#include <cstdint>
#include <vector>

#include "kernel/digest.h"
#include "kernel/memory_object.h"

namespace ipclab::explore {

struct MemoryRange {
    kernel::MemoryId object{};
    std::uint64_t begin = 0, end = 0;
    bool operator==(const MemoryRange&) const = default;
};

/// Bytes of memory objects: ranges in order that do not touch each other.
class MemoryRanges {
  public:
    void add(const MemoryRange& range);
    void add(const MemoryRanges& others) {
        for (const MemoryRange& each : others.ranges_) add(each);
    }
    std::uint64_t bytes() const;
    bool empty() const { return ranges_.empty(); }
    void clear() { ranges_.clear(); }
    auto begin() const { return ranges_.begin(); }
    auto end() const { return ranges_.end(); }

  private:
    std::vector<MemoryRange> ranges_;
};

struct Footprint {
    MemoryRanges reads, writes;
    bool is_all = false;  ///< any bytes may have been read or written besides
};

kernel::Digest digest_of(const MemoryRanges& ranges);
/// Tells apart what these bytes can be. Ranges of other lengths give other digests.
kernel::Digest digest_of_bytes(const kernel::MemoryObjects& memory, const MemoryRanges& ranges);

/// Bytes to be written to memory objects.
class MemoryPatch {
  public:
    MemoryPatch() = default;
    /// What `memory` holds there.
    MemoryPatch(const kernel::MemoryObjects& memory, const MemoryRanges& ranges);
    /// Writes them; those of objects or pages that there are not are left out.
    void apply(kernel::MemoryObjects& memory) const;
    kernel::Digest digest() const;

  private:
    struct Piece {
        kernel::MemoryId object{};
        std::uint64_t begin = 0, bytes = 0;  ///< inside one page
    };
    std::vector<Piece> pieces_;
    std::vector<std::uint8_t> bytes_;
};

}  // namespace ipclab::explore
