// The in-memory file system: inodes and path look-up (path_resolution(7)).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/result.h"
#include "kernel/types.h"

namespace ipclab::kernel {

/// The user and the group that toy processes run as.
inline constexpr std::uint32_t kUser = 1000;

enum class InodeKind : std::uint8_t {
    regular,
    directory,
    null_device,
    zero_device,
    full_device,
    terminal,     ///< /dev/tty
    multiplexer,  ///< /dev/ptmx
    slave,        ///< /dev/pts/N
    fifo,
    socket,
    symlink
};

struct DirectoryEntry {
    std::string name;
    InodeId inode{};
    bool operator==(const DirectoryEntry&) const = default;
};

struct Inode {
    InodeKind kind = InodeKind::regular;
    std::uint32_t mode = 0644;  ///< permission bits
    std::uint32_t owner = 0;    ///< user and group: kUser or root (0)
    std::uint32_t links =
        1;  ///< directory entries that name it; with no link and no open description it goes
    Time modified_ns = 0;
    MemoryId memory{};                    ///< regular: its bytes
    ProgramId program{};                  ///< regular: what execve runs; none: not executable (ENOEXEC)
    InodeId parent{};                     ///< directory: ".."
    std::vector<DirectoryEntry> entries;  ///< directory: sorted by name, without "." and ".."
    std::string target;                   ///< symlink: where it leads; memfd: what it was called
    bool is_memfd = false;                ///< regular: memfd_create(2)
    std::uint32_t seals = 0;              ///< memfd: F_SEAL_WRITE ...
    TerminalId terminal{};                ///< slave
    PipeId pipe{};                        ///< fifo: while somebody has it open
    bool operator==(const Inode&) const = default;
};

}  // namespace ipclab::kernel
