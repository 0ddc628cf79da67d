// struct stat of x86-64, and how its fields are filled.
#pragma once

#include <array>
#include <cstdint>

#include "kernel/types.h"
#include "kernel/usage.h"

namespace ipclab::kernel {

struct AbiStat {
    std::uint64_t device = 0, inode = 0, links = 1;
    std::uint32_t mode = 0, user = 0, group = 0, padding = 0;
    std::uint64_t special_device = 0;
    std::int64_t size = 0, block_size = 4096, blocks = 0;
    TimePair accessed{}, modified{}, changed{};
    std::array<std::int64_t, 3> reserved{};
};
static_assert(sizeof(AbiStat) == 144);

/// inode(7): the type in AbiStat::mode.
inline constexpr std::uint32_t kModeFifo = 0010000, kModeCharacter = 0020000, kModeDirectory = 0040000,
                               kModeRegular = 0100000, kModeLink = 0120000, kModeSocket = 0140000;
/// stat(2), st_dev: of files with a name, of pipes, of the terminal.
inline constexpr std::uint64_t kRootDevice = 0x1b, kPipeDevice = 0x0e, kTerminalDevice = 0x17;

/// stat(2), st_rdev
constexpr std::uint64_t device_number(std::uint64_t major, std::uint64_t minor) {
    return major << 8 | minor;
}

/// Of what lives in memory only and belongs to the toy user: `mode` with its type, `inode` its number.
AbiStat nameless_status(std::uint64_t device, std::int32_t inode, std::uint32_t mode);

/// st_size and st_blocks.
void set_size(AbiStat& stat, std::uint64_t bytes);

}  // namespace ipclab::kernel
