// open(2): look-up, permissions, creation, truncation.
#include "kernel/emit.h"
#include "kernel/files.h"
#include "kernel/filesystem_calls.h"
#include "kernel/handlers.h"
#include "kernel/inotify.h"
#include "kernel/job_control.h"
#include "kernel/pty.h"

namespace ipclab::kernel {

namespace {

constexpr std::uint32_t kOPath = 010000000, kOTmpFile = 020000000;

Result<FileKind> kind_of(const Inode& inode) {
    switch (inode.kind) {
        case InodeKind::regular:
            return FileKind::regular;
        case InodeKind::directory:
            return FileKind::directory;
        case InodeKind::null_device:
            return FileKind::null_device;
        case InodeKind::zero_device:
            return FileKind::zero_device;
        case InodeKind::full_device:
            return FileKind::full_device;
        case InodeKind::terminal:
            return FileKind::slave;  // or a stream: attach_terminal() decides
        case InodeKind::multiplexer:
            return FileKind::master;
        case InodeKind::slave:
            return FileKind::slave;
        case InodeKind::socket:
            return Errno::enxio;  // open(2), ERRORS
        case InodeKind::fifo:
            return FileKind::pipe_both;  // or one end: attach_fifo() decides
        case InodeKind::symlink:
            return Errno::eloop;  // open(2): O_NOFOLLOW, or O_CREAT | O_EXCL
    }
    return Errno::enxio;
}

/// What the access mode and O_TRUNC ask of the permissions.
std::uint32_t wanted_permissions(std::uint32_t flags) {
    constexpr std::uint32_t kRead = 4, kWrite = 2;
    std::uint32_t wanted = 0;
    const std::uint32_t mode = flags & kOAccMode;
    if (mode != kOWrOnly) wanted |= kRead;
    if (mode != kORdOnly) wanted |= kWrite;
    if (flags & kOTrunc) wanted |= kWrite;
    return wanted;
}

/// A new regular file in this directory, still without a name.
Result<InodeId> make_file(Call& call, InodeId directory, std::uint32_t mode) {
    Kernel& kernel = call.kernel;
    if (!is_permitted(kernel.inodes[directory], 3)) return Errno::eacces;
    if (kernel.inodes[directory].links == 0) return Errno::enoent;  // a removed directory takes no entries
    if (kernel.inodes.size() >= kernel.limits.inodes) return Errno::enospc;
    Inode inode;
    inode.mode = mode & 07777 & ~call.process_read().umask;
    inode.owner = kUser;
    inode.memory = MemoryId{++kernel.last_id};
    kernel.memory.insert(inode.memory, MemoryObject{});
    return new_inode(kernel, std::move(inode));
}

/// open(2), O_TMPFILE: the path names a directory, in whose file system a file without a name is made.
Result<InodeId> create_nameless(Call& call, const PathEnd& end, std::uint32_t mode) {
    if (!end.inode) return Errno::enoent;
    if (call.kernel.inodes[end.inode].kind != InodeKind::directory) return Errno::enotdir;
    return make_file(call, end.inode, mode);
}

}  // namespace

Result<InodeId> create_file(Call& call, const PathEnd& end, std::uint32_t mode) {
    auto made = make_file(call, end.directory, mode);
    if (made) add_entry(call.kernel, end.directory, end.name, *made);
    return made;
}

Result<FileId> open_path(Call& call, std::uint64_t directory_fd, std::string_view path, std::uint32_t flags,
                         std::uint32_t mode) {
    Kernel& kernel = call.kernel;
    auto start = start_of(call, directory_fd, path);
    if (!start) return start.error();
    const bool creates = (flags & kOCreat) != 0, exclusive = creates && (flags & kOExcl);
    const Links links = exclusive || (flags & kONoFollow) ? Links::keep_last : Links::follow;
    auto end = look_up(kernel, *start, path, links);
    if (!end) return end.error();
    // fs/namei.c: a name that can only be a directory cannot be created or opened with O_CREAT.
    if (creates && (end->last != PathEnd::Last::name || end->has_trailing_slash)) return Errno::eisdir;
    InodeId id = end->inode;
    const bool is_nameless = (flags & kOTmpFile) != 0;
    const bool is_new = !id || is_nameless;
    if (is_new) {
        if (!creates && !is_nameless) return Errno::enoent;
        auto created = is_nameless ? create_nameless(call, *end, mode) : create_file(call, *end, mode);
        if (!created) return created.error();
        id = *created;
        if (!is_nameless) note_entry(kernel, {end->directory, end->name}, id, kInCreate, Cause(call));
    } else if (exclusive) {
        return Errno::eexist;
    }
    call.object = ref(id);
    const Inode& inode = kernel.inodes[id];
    auto kind = kind_of(inode);
    if (!kind) return kind.error();
    const bool is_directory = *kind == FileKind::directory;
    if ((flags & kODirectory) && !is_directory && !is_nameless) return Errno::enotdir;
    if (!is_new) {
        if (is_directory && (creates || (wanted_permissions(flags) & 2))) return Errno::eisdir;
        if (!is_permitted(inode, wanted_permissions(flags))) return Errno::eacces;
    }
    File file;
    file.kind = *kind;
    constexpr std::uint32_t kOnlyForOpening = kOCreat | kOExcl | kONoCtty | kOTrunc | kOCloExec;
    file.flags = flags & ~kOnlyForOpening;
    file.inode = id;
    // open(2), O_TMPFILE: the file systems call it by its number.
    if (is_nameless)
        file.name = {end->inode, "#" + std::to_string(id.value)};
    else if (end->last == PathEnd::Last::name)
        file.name = {end->directory, end->name};
    const bool is_terminal = file.kind == FileKind::slave || file.kind == FileKind::master;
    if (is_terminal)
        if (auto attached = attach_terminal(call, file); !attached) return attached.error();
    if (inode.kind == InodeKind::fifo)
        if (auto attached = attach_fifo(kernel, file); !attached) return attached.error();
    auto made = new_file(kernel, file);
    if (!made && is_nameless) drop_inode_if_unused(kernel, id, call.task, call.trace);
    // Of a FIFO it is told when the open has found the other end.
    if (made && !file.is_pipe()) note_file(kernel, file, kInOpen, Cause(call));
    if (made && is_terminal) call.object = object_of(file);
    if (made && file.kind == FileKind::slave && !(flags & kONoCtty))
        take_terminal(call, file.terminal(), file);
    if (made && file.kind == FileKind::regular && (flags & kOTrunc) && !is_new) {
        auto cut = resize_file(kernel, id, 0);
        IPCLAB_ASSERT(cut.ok());
        note_file(kernel, file, kInModify, Cause(call));
    }
    return made;
}

Outcome open_descriptor(Call& call, std::uint64_t directory_fd, std::string_view path,
                        std::uint64_t flag_argument, std::uint64_t mode) {
    Kernel& kernel = call.kernel;
    const auto flags = static_cast<std::uint32_t>(flag_argument);
    if (flags & kOPath) {
        explain(kernel, call.task, "open: O_PATH is not simulated", call.trace);
        return Outcome::fail(Errno::eopnotsupp);
    }
    // fs/open.c, build_open_flags(): a nameless file needs O_DIRECTORY beside it, no O_CREAT, and is written to.
    if ((flags & kOTmpFile) &&
        ((flags & (kOCreat | kODirectory)) != kODirectory || !(wanted_permissions(flags) & 2)))
        return Outcome::fail(Errno::einval);
    // fs/open.c: since Linux 6.4 the two together are refused.
    if ((flags & kOCreat) && (flags & kODirectory)) return Outcome::fail(Errno::einval);
    // fs/open.c: the descriptor is reserved before the path is looked up.
    const Pid self = call.self().process;
    const auto free = free_descriptor(call);
    if (!free) return Outcome::fail(free.error());
    auto file = open_path(call, directory_fd, path, flags, static_cast<std::uint32_t>(mode));
    if (!file) return Outcome::fail(file.error());
    if (kernel.files[*file].is_pipe()) return open_fifo(call, *file, *free, (flags & kOCloExec) != 0);
    return Outcome::from(install(kernel, self, *file, (flags & kOCloExec) != 0));
}

Outcome sys_creat(Call& call) {
    if (call.me->opening.file) return go_on_opening(call);
    auto path = read_path(call, call.arg(0));
    if (!path) return Outcome::fail(path.error());
    return open_descriptor(call, static_cast<std::uint64_t>(-100), *path, kOCreat | kOWrOnly | kOTrunc,
                           call.arg(1));
}

}  // namespace ipclab::kernel
