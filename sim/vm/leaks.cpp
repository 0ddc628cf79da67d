// Blocks of the heap that are still in use.
#include <map>

#include "sim/vm/heap.h"
#include "sim/vm/interpreter.h"

namespace ipclab::vm {

std::vector<Leak> blocks_in_use(const kernel::AddressSpace& space, const kernel::MemoryObjects& objects) {
    std::map<std::uint64_t, Leak> by_place;
    std::uint64_t at = (space.heap_begin() + 15) & ~15ull;
    const std::uint64_t end = space.program_break();
    // The program may have moved the break itself, or written over a header: what is no block ends the walk.
    while (at < end && end - at > sizeof(BlockHeader)) {
        BlockHeader header;
        if (!space.peek(at, {reinterpret_cast<std::uint8_t*>(&header), sizeof header}, objects)) break;
        if (header.state != kBlockInUse && header.state != kBlockFree) break;
        if (header.size > end - at) break;
        if (header.state == kBlockInUse && header.made_at != 0) {
            Leak& leak = by_place[header.made_at];
            leak.place = {static_cast<std::uint32_t>(header.made_at >> 32),
                          static_cast<std::uint32_t>(header.made_at)};
            ++leak.blocks;
            leak.bytes += header.requested;
        }
        at += sizeof header + header.size + kBlockGuard;
    }
    std::vector<Leak> found;
    for (const auto& [place, leak] : by_place) found.push_back(leak);
    return found;
}

}  // namespace ipclab::vm
