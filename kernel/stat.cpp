// What files say about themselves: the stat family, access(2), ioctl(2).
#include "kernel/stat.h"

#include "kernel/emit.h"
#include "kernel/file_operations.h"
#include "kernel/files.h"
#include "kernel/filesystem_calls.h"
#include "kernel/handlers.h"
#include "kernel/terminal_requests.h"
#include "kernel/usage.h"

namespace ipclab::kernel {

namespace {

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
        case InodeKind::multiplexer:
        case InodeKind::slave:
            return kModeCharacter;
        case InodeKind::fifo:
            return kModeFifo;
        case InodeKind::socket:
            return kModeSocket;
        case InodeKind::symlink:
            return kModeLink;
    }
    return 0;
}

/// /dev/pts/N; of one that is hung up, too.
std::int32_t number_of(const Kernel& kernel, const Inode& inode) {
    const Terminal* terminal = kernel.terminals.find(inode.terminal);
    return terminal ? terminal->number : 0;
}

std::uint64_t special_device(const Kernel& kernel, const Inode& inode) {
    switch (inode.kind) {
        case InodeKind::null_device:
            return device_number(1, 3);
        case InodeKind::zero_device:
            return device_number(1, 5);
        case InodeKind::full_device:
            return device_number(1, 7);
        case InodeKind::terminal:
            return device_number(5, 0);
        case InodeKind::multiplexer:
            return device_number(5, 2);
        case InodeKind::slave:
            return device_number(136, static_cast<std::uint64_t>(number_of(kernel, inode)));
        case InodeKind::regular:
        case InodeKind::directory:
        case InodeKind::fifo:
        case InodeKind::socket:
        case InodeKind::symlink:
            return 0;
    }
    return 0;
}

}  // namespace

void set_size(AbiStat& stat, std::uint64_t bytes) {
    stat.size = static_cast<std::int64_t>(bytes);
    stat.blocks = static_cast<std::int64_t>((bytes + kPageSize - 1) / kPageSize * (kPageSize / 512));
}

AbiStat nameless_status(std::uint64_t device, std::int32_t inode, std::uint32_t mode) {
    AbiStat stat;
    stat.device = device;
    stat.inode = static_cast<std::uint64_t>(inode);
    stat.mode = mode;
    stat.user = stat.group = kUser;
    stat.accessed = stat.modified = stat.changed = {kBootEpochSeconds, 0};
    return stat;
}

namespace {

AbiStat stat_inode(const Kernel& kernel, InodeId id) {
    const Inode& inode = kernel.inodes[id];
    AbiStat stat;
    stat.device = kRootDevice;
    stat.inode = static_cast<std::uint64_t>(id.value);
    stat.links = inode.links;
    stat.mode = type_bits(inode.kind) | inode.mode;
    stat.user = stat.group = inode.owner;
    stat.special_device = special_device(kernel, inode);
    if (inode.kind == InodeKind::slave) {
        stat.device = kTerminalDevice;
        stat.block_size = 1024;
    }
    if (inode.kind == InodeKind::regular) set_size(stat, kernel.memory[inode.memory].size());
    if (inode.kind == InodeKind::directory) set_size(stat, kPageSize);  // as a small directory of ext4 has
    if (inode.kind == InodeKind::symlink) stat.size = static_cast<std::int64_t>(inode.target.size());
    stat.modified = to_timespec(inode.modified_ns + kBootEpochSeconds * kSecond);
    stat.accessed = stat.changed = stat.modified;
    return stat;
}

AbiStat stat_file(const Kernel& kernel, const File& file) {
    return file.inode ? stat_inode(kernel, file.inode) : operations(file).status(kernel, file);
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

Outcome sys_ioctl(Call& call) {
    constexpr std::uint32_t kNoCloseOnExec = 0x5450, kCloseOnExec = 0x5451;
    auto id = file_of(call, call.arg(0));
    if (!id) return Outcome::fail(id.error());
    const File& file = call.kernel.files[*id];
    const FileOperations& can = operations(file);
    switch (static_cast<std::uint32_t>(call.arg(1))) {
        case kBytesToRead:
            if (!can.bytes_to_read) break;
            return Outcome::from(call.memory().write_object(
                call.arg(2), static_cast<std::int32_t>(can.bytes_to_read(call.kernel, file))));
        // ioctl(2): these are for every kind of descriptor.
        case kNoCloseOnExec:
        case kCloseOnExec: {
            const auto fd = static_cast<Fd>(call.arg(0));
            FdTable& table = call.process().fds.write();
            table.set(fd,
                      {*id, static_cast<std::uint32_t>(call.arg(1)) == kCloseOnExec, table.find(fd)->made});
            return Outcome::done(0);
        }
        case kNonBlocking: {
            const auto wanted = call.memory().read_object<std::int32_t>(call.arg(2));
            if (!wanted) return Outcome::fail(wanted.error());
            File& changed = call.kernel.files.write(*id);
            changed.flags = *wanted ? changed.flags | kONonBlock : changed.flags & ~kONonBlock;
            return Outcome::done(0);
        }
        default:
            break;
    }
    return can.control ? can.control(call, file) : Outcome::fail(Errno::enotty);
}

// ---- statfs(2)

namespace {

/// struct statfs
struct AbiStatfs {
    std::int64_t type = 0, block_size = kPageSize;
    std::uint64_t blocks = 0, free_blocks = 0, available_blocks = 0, files = 0, free_files = 0;
    std::uint64_t id = 0;
    std::int64_t name_max = kNameMax, fragment_size = kPageSize, flags = kValid | kRelatime;
    std::array<std::int64_t, 4> spare{};
    // statfs(2): ST_VALID, which the kernel always sets; ST_RELATIME
    static constexpr std::int64_t kValid = 0x20, kRelatime = 0x1000, kNameMax = 255;
};
static_assert(sizeof(AbiStatfs) == 120);

constexpr std::int64_t kTmpfs = 0x01021994, kPipefs = 0x50495045, kSockfs = 0x534f434b, kDevpts = 0x1cd1,
                       kAnonymous = 0x09041934, kPidfs = 0x50494446, kMqueue = 0x19800202;

AbiStatfs nameless(std::int64_t type) {
    AbiStatfs status;
    status.type = type;
    status.flags = AbiStatfs::kValid;
    return status;
}

/// All files with names are in one tmpfs of Limits::filesystem_bytes, but for the terminals.
AbiStatfs status_of_filesystem(const Kernel& kernel, InodeId id) {
    const Inode& inode = kernel.inodes[id];
    if (inode.is_memfd) return nameless(kTmpfs);
    AbiStatfs status;
    if (inode.kind == InodeKind::slave) {
        status.type = kDevpts;
        return status;
    }
    status.type = kTmpfs;
    status.blocks = kernel.limits.filesystem_bytes / kPageSize;
    const std::uint64_t used = bytes_of_files(kernel) / kPageSize;
    status.free_blocks = status.available_blocks = status.blocks > used ? status.blocks - used : 0;
    status.files = kernel.limits.inodes;
    status.free_files = status.files - std::min<std::uint64_t>(status.files, kernel.inodes.size());
    return status;
}

AbiStatfs status_of_filesystem(const Kernel& kernel, const File& file) {
    if (file.inode) return status_of_filesystem(kernel, file.inode);
    if (file.is_pipe()) return nameless(kPipefs);
    switch (file.kind) {
        case FileKind::stream:
            return nameless(kernel.streams[file.stream()].kind == StreamKind::pipe ? kPipefs : kDevpts);
        case FileKind::socket:
            return nameless(kSockfs);
        case FileKind::posix_queue:
            return nameless(kMqueue);
        case FileKind::pidfd:
            return nameless(kPidfs);
        default:
            return nameless(kAnonymous);
    }
}

}  // namespace

Outcome sys_statfs(Call& call) {
    auto inode = existing(call, kAtFdCwd, call.arg(0), Links::follow);
    if (!inode) return Outcome::fail(inode.error());
    return Outcome::from(call.memory().write_object(call.arg(1), status_of_filesystem(call.kernel, *inode)));
}

Outcome sys_fstatfs(Call& call) {
    auto id = file_of(call, call.arg(0));
    if (!id) return Outcome::fail(id.error());
    const AbiStatfs status = status_of_filesystem(call.kernel, call.kernel.files[*id]);
    return Outcome::from(call.memory().write_object(call.arg(1), status));
}

}  // namespace ipclab::kernel
