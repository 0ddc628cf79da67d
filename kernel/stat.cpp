// What files say about themselves: the stat family, access(2), ioctl(2).
#include <array>

#include "kernel/emit.h"
#include "kernel/files.h"
#include "kernel/filesystem_calls.h"
#include "kernel/handlers.h"
#include "kernel/usage.h"

namespace ipclab::kernel {

namespace {

/// struct stat of x86-64.
struct AbiStat {
    std::uint64_t device = 0, inode = 0, links = 1;
    std::uint32_t mode = 0, user = 0, group = 0, padding = 0;
    std::uint64_t special_device = 0;
    std::int64_t size = 0, block_size = 4096, blocks = 0;
    TimePair accessed{}, modified{}, changed{};
    std::array<std::int64_t, 3> reserved{};
};
static_assert(sizeof(AbiStat) == 144);

// inode(7)
constexpr std::uint32_t kModeFifo = 0010000, kModeCharacter = 0020000, kModeDirectory = 0040000,
                        kModeRegular = 0100000, kModeLink = 0120000;
constexpr std::uint64_t kRootDevice = 0x1b, kPipeDevice = 0x0e, kTerminalDevice = 0x17;

constexpr std::uint64_t device(std::uint64_t major, std::uint64_t minor) {
    return major << 8 | minor;
}

std::uint32_t type_bits(InodeKind kind) {
    switch (kind) {
        case InodeKind::regular:
            return kModeRegular;
        case InodeKind::directory:
            return kModeDirectory;
        case InodeKind::null_device:
        case InodeKind::zero_device:
        case InodeKind::full_device:
        case InodeKind::terminal:
            return kModeCharacter;
        case InodeKind::fifo:
            return kModeFifo;
        case InodeKind::symlink:
            return kModeLink;
    }
    return 0;
}

std::uint64_t special_device(InodeKind kind) {
    switch (kind) {
        case InodeKind::null_device:
            return device(1, 3);
        case InodeKind::zero_device:
            return device(1, 5);
        case InodeKind::full_device:
            return device(1, 7);
        case InodeKind::terminal:
            return device(5, 0);
        case InodeKind::regular:
        case InodeKind::directory:
        case InodeKind::fifo:
        case InodeKind::symlink:
            return 0;
    }
    return 0;
}

void set_size(AbiStat& stat, std::uint64_t bytes) {
    stat.size = static_cast<std::int64_t>(bytes);
    stat.blocks = static_cast<std::int64_t>((bytes + kPageSize - 1) / kPageSize * (kPageSize / 512));
}

AbiStat stat_inode(const Kernel& kernel, InodeId id) {
    const Inode& inode = kernel.inodes[id];
    AbiStat stat;
    stat.device = kRootDevice;
    stat.inode = static_cast<std::uint64_t>(id.value);
    stat.links = inode.links;
    stat.mode = type_bits(inode.kind) | inode.mode;
    stat.user = stat.group = inode.owner;
    stat.special_device = special_device(inode.kind);
    if (inode.kind == InodeKind::regular) set_size(stat, kernel.memory[inode.memory].size());
    if (inode.kind == InodeKind::directory) set_size(stat, kPageSize);  // as a small directory of ext4 has
    if (inode.kind == InodeKind::symlink) stat.size = static_cast<std::int64_t>(inode.target.size());
    stat.modified = to_timespec(inode.modified_ns + kBootEpochSeconds * kSecond);
    stat.accessed = stat.changed = stat.modified;
    return stat;
}

AbiStat stat_stream(const Kernel& kernel, StreamId id) {
    const Stream& stream = kernel.streams[id];
    AbiStat stat;
    stat.inode = static_cast<std::uint64_t>(id.value);
    stat.user = stat.group = kUser;
    switch (stream.kind) {
        case StreamKind::terminal:
            stat.device = kTerminalDevice;
            stat.inode = 3;  // one terminal on all three descriptors
            stat.mode = kModeCharacter | 0620;
            stat.special_device = device(136, 0);
            stat.block_size = 1024;
            break;
        case StreamKind::pipe:
            stat.device = kPipeDevice;
            stat.mode = kModeFifo | 0600;
            break;
        case StreamKind::file:
            stat.device = kRootDevice;
            stat.mode = kModeRegular | 0644;
            set_size(stat, stream.input.size() + kernel.memory[stream.output].size());
            break;
    }
    stat.accessed = stat.modified = stat.changed = {kBootEpochSeconds, 0};
    return stat;
}

AbiStat stat_file(const Kernel& kernel, const File& file) {
    if (file.inode) return stat_inode(kernel, file.inode);
    if (file.kind == FileKind::stream) return stat_stream(kernel, file.stream);
    AbiStat stat;
    stat.device = kPipeDevice;
    stat.inode = static_cast<std::uint64_t>(file.pipe.value);
    stat.mode = kModeFifo | 0600;
    stat.user = stat.group = kUser;
    stat.accessed = stat.modified = stat.changed = {kBootEpochSeconds, 0};
    return stat;
}

Outcome give(Call& call, std::uint64_t address, const AbiStat& stat) {
    return Outcome::from(call.memory().write_object(address, stat));
}

constexpr std::uint64_t kAtFdCwd = static_cast<std::uint64_t>(-100);

Outcome stat_path(Call& call, std::uint64_t directory, std::uint64_t path, std::uint64_t out, Links links) {
    auto inode = existing(call, directory, path, links);
    if (!inode) return Outcome::fail(inode.error());
    return give(call, out, stat_inode(call.kernel, *inode));
}

Outcome stat_descriptor(Call& call, std::uint64_t fd, std::uint64_t out) {
    auto file = file_of(call, fd);
    if (!file) return Outcome::fail(file.error());
    return give(call, out, stat_file(call.kernel, call.kernel.files[*file]));
}

}  // namespace

Outcome sys_stat(Call& call) {
    return stat_path(call, kAtFdCwd, call.arg(0), call.arg(1), Links::follow);
}

Outcome sys_lstat(Call& call) {
    return stat_path(call, kAtFdCwd, call.arg(0), call.arg(1), Links::keep_last);
}

Outcome sys_fstat(Call& call) {
    return stat_descriptor(call, call.arg(0), call.arg(1));
}

Outcome sys_newfstatat(Call& call) {
    constexpr std::uint32_t kNoFollow = 0x100, kNoAutomount = 0x800, kEmptyPath = 0x1000;
    const auto flags = static_cast<std::uint32_t>(call.arg(3));
    if (flags & ~(kNoFollow | kNoAutomount | kEmptyPath)) return Outcome::fail(Errno::einval);
    if (flags & kEmptyPath) {
        auto path = call.memory().read_string(call.arg(1), kPageSize);
        if (path && path->empty()) {
            // stat(2): AT_EMPTY_PATH with AT_FDCWD means the working directory.
            if (static_cast<std::int32_t>(call.arg(0)) == -100)
                return give(call, call.arg(2),
                            stat_inode(call.kernel, call.process_read().working_directory));
            return stat_descriptor(call, call.arg(0), call.arg(2));
        }
    }
    const Links links = flags & kNoFollow ? Links::keep_last : Links::follow;
    return stat_path(call, call.arg(0), call.arg(1), call.arg(2), links);
}

namespace {

Outcome check_access(Call& call, std::uint64_t directory, std::uint64_t path, std::uint64_t mode_argument,
                     Links links = Links::follow) {
    const auto mode = static_cast<std::uint32_t>(mode_argument);
    if (mode & ~7u) return Outcome::fail(Errno::einval);
    auto inode = existing(call, directory, path, links);
    if (!inode) return Outcome::fail(inode.error());
    return is_permitted(call.kernel.inodes[*inode], mode) ? Outcome::done(0) : Outcome::fail(Errno::eacces);
}

}  // namespace

Outcome sys_access(Call& call) {
    return check_access(call, kAtFdCwd, call.arg(0), call.arg(1));
}

Outcome sys_faccessat(Call& call) {
    return check_access(call, call.arg(0), call.arg(1), call.arg(2));
}

Outcome sys_faccessat2(Call& call) {
    // faccessat(2): real and effective identity are the same here.
    constexpr std::uint32_t kNoFollow = 0x100, kEffective = 0x200;
    const auto flags = static_cast<std::uint32_t>(call.arg(3));
    if (flags & ~(kNoFollow | kEffective)) return Outcome::fail(Errno::einval);
    return check_access(call, call.arg(0), call.arg(1), call.arg(2),
                        flags & kNoFollow ? Links::keep_last : Links::follow);
}

namespace {

/// struct termios of the kernel: what isatty() and tcgetattr() see of a terminal in its usual state.
struct AbiTermios {
    std::uint32_t input = 0x4500, output = 0x5, control = 0xbf, local = 0x8a3b;
    std::uint8_t line = 0;
    std::array<std::uint8_t, 19> characters{3,  28, 127, 21, 4,  0,  1, 0, 17, 19,
                                            26, 0,  18,  15, 23, 22, 0, 0, 0};
};
static_assert(sizeof(AbiTermios) == 36);

struct AbiWindowSize {
    std::uint16_t rows = 24, columns = 80, x_pixels = 0, y_pixels = 0;
};

std::uint64_t bytes_to_read(const Kernel& kernel, const File& file) {
    switch (file.kind) {
        case FileKind::pipe_read:
        case FileKind::pipe_write:
            return kernel.pipes[file.pipe].size_bytes();
        case FileKind::stream:
            return stream_bytes_available(kernel, file.stream);
        case FileKind::regular: {
            const std::uint64_t size = kernel.memory[kernel.inodes[file.inode].memory].size();
            return size > file.offset ? size - file.offset : 0;
        }
        case FileKind::directory:
        case FileKind::null_device:
        case FileKind::zero_device:
        case FileKind::full_device:
            break;
    }
    return 0;
}

bool is_terminal(const Kernel& kernel, const File& file) {
    return file.kind == FileKind::stream && kernel.streams[file.stream].kind == StreamKind::terminal;
}

}  // namespace

Outcome sys_ioctl(Call& call) {
    constexpr std::uint32_t kTcGets = 0x5401, kTcSets = 0x5402, kTcSetsWait = 0x5403, kTcSetsFlush = 0x5404,
                            kGetGroup = 0x540f, kSetGroup = 0x5410, kWindowSize = 0x5413,
                            kBytesToRead = 0x541b;
    auto id = file_of(call, call.arg(0));
    if (!id) return Outcome::fail(id.error());
    const File file = call.kernel.files[*id];
    const bool terminal = is_terminal(call.kernel, file);
    const UserMemory memory = call.memory();
    switch (static_cast<std::uint32_t>(call.arg(1))) {
        case kTcGets:
            if (!terminal) return Outcome::fail(Errno::enotty);
            return Outcome::from(memory.write_object(call.arg(2), AbiTermios{}));
        case kWindowSize:
            if (!terminal) return Outcome::fail(Errno::enotty);
            return Outcome::from(memory.write_object(call.arg(2), AbiWindowSize{}));
        case kTcSets:
        case kTcSetsWait:
        case kTcSetsFlush: {
            if (!terminal) return Outcome::fail(Errno::enotty);
            auto wanted = memory.read_object<AbiTermios>(call.arg(2));
            if (!wanted) return Outcome::fail(wanted.error());
            if (wanted->local != AbiTermios{}.local || wanted->input != AbiTermios{}.input) {
                explain(call.kernel, call.task,
                        "ioctl: the terminal stays in canonical mode with echo: EINVAL", call.trace);
                return Outcome::fail(Errno::einval);
            }
            return Outcome::done(0);
        }
        case kGetGroup: {
            if (!terminal) return Outcome::fail(Errno::enotty);
            const StreamId keyboard = input_side(call.kernel, file.stream);
            return Outcome::from(
                memory.write_object(call.arg(2), call.kernel.streams[keyboard].foreground_group.value));
        }
        case kSetGroup: {
            if (!terminal) return Outcome::fail(Errno::enotty);
            auto group = memory.read_object<std::int32_t>(call.arg(2));
            if (!group) return Outcome::fail(group.error());
            if (*group < 0) return Outcome::fail(Errno::einval);
            bool exists = false, is_of_session = false;
            for (const auto& [pid, process] : call.kernel.processes)
                if (process->group.value == *group) {
                    exists = true;
                    is_of_session |= process->session == call.process_read().session;
                }
            // tcsetpgrp(3): a group of the caller's session.
            if (!exists) return Outcome::fail(Errno::esrch);
            if (!is_of_session) return Outcome::fail(Errno::eperm);
            call.kernel.streams.write(input_side(call.kernel, file.stream)).foreground_group = Pid{*group};
            return Outcome::done(0);
        }
        case kBytesToRead: {
            if (file.kind == FileKind::directory || file.kind == FileKind::null_device ||
                file.kind == FileKind::zero_device || file.kind == FileKind::full_device)
                return Outcome::fail(Errno::enotty);
            const auto bytes = static_cast<std::int32_t>(bytes_to_read(call.kernel, file));
            return Outcome::from(memory.write_object(call.arg(2), bytes));
        }
        default:
            return Outcome::fail(Errno::enotty);
    }
}

}  // namespace ipclab::kernel
