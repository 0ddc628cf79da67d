// What the heap keeps in front of a block, as sim/libc/src/stdlib/malloc.c lays it out.
#pragma once

#include <cstdint>

namespace ipclab::vm {

struct BlockHeader {
    std::uint64_t size = 0;  ///< of the program's part, a multiple of 16
    std::uint64_t state = 0;
    std::uint64_t requested = 0;  ///< bytes that the program asked for
    std::uint64_t made_at =
        0;  ///< file << 32 | line; 0: nowhere in the program, or the library's own for ever
};
inline constexpr std::uint64_t kBlockInUse = 0x6b6e756863, kBlockFree = 0x65657266;
inline constexpr std::uint64_t kBlockGuard = 16;  ///< bytes behind a block that belong to nobody

}  // namespace ipclab::vm
