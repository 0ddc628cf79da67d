// Calls that change directories and names: mkdir, rmdir, unlink, rename, link, symlink, and what goes with
// them.
#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include "kernel/emit.h"
#include "kernel/file_lock.h"
#include "kernel/files.h"
#include "kernel/filesystem_calls.h"
#include "kernel/handlers.h"
#include "kernel/inotify.h"
#include "kernel/usage.h"

namespace ipclab::kernel {

namespace {
constexpr std::uint32_t kWriteAndSearch = 3;
}

Result<PathEnd> name_at(Call& call, std::uint64_t directory_fd, std::uint64_t path_address) {
    auto path = read_path(call, path_address);
    if (!path) return path.error();
    auto start = start_of(call, directory_fd, *path);
    if (!start) return start.error();
    return look_up(call.kernel, *start, *path, Links::keep_last);
}

namespace {

constexpr std::uint64_t kAtFdCwd = static_cast<std::uint64_t>(-100);

/// Whether a name may be taken away.
Result<void> may_delete(const Kernel& kernel, InodeId directory, InodeId victim) {
    const Inode& parent = kernel.inodes[directory];
    if (!is_permitted(parent, kWriteAndSearch)) return Errno::eacces;
    // unlink(2): in a sticky directory only the owner of the file or of the directory may.
    constexpr std::uint32_t kSticky = 01000;
    if ((parent.mode & kSticky) && parent.owner != kUser && kernel.inodes[victim].owner != kUser)
        return Errno::eperm;
    return {};
}

}  // namespace

InodeId new_named_inode(Call& call, const PathEnd& end, Inode inode) {
    inode.owner = kUser;
    const InodeId id = new_inode(call.kernel, std::move(inode));
    add_entry(call.kernel, end.directory, end.name, id);
    note_entry(call.kernel, {end.directory, end.name}, id, kInCreate, Cause(call));
    return id;
}

namespace {

Outcome make_directory(Call& call, std::uint64_t directory_fd, std::uint64_t path, std::uint64_t mode) {
    auto end = name_at(call, directory_fd, path);
    if (!end) return Outcome::fail(end.error());
    if (auto may = may_create(call.kernel, *end); !may) return Outcome::fail(may.error());
    Inode inode;
    inode.kind = InodeKind::directory;
    inode.mode = static_cast<std::uint32_t>(mode) & 01777 & ~call.process_read().umask;
    call.object = ref(new_named_inode(call, *end, std::move(inode)));
    return Outcome::done(0);
}

/// unlink(2): the inode lives on while somebody has it open.
void remove_name(Call& call, const PathEnd& end) {
    const bool is_directory = call.kernel.inodes[end.inode].kind == InodeKind::directory;
    remove_entry(call.kernel, end.directory, end.name);
    forget_name(call.kernel, end.inode, {end.directory, end.name}, call.task, call.trace);
    drop_inode_if_unused(call.kernel, end.inode, call.task, call.trace);
    // fs/namei.c, d_delete_notify(): where the inode has gone, its end is told of first.
    const std::uint32_t event = kInDelete | (is_directory ? std::uint32_t{kInIsDirectory} : 0);
    note_entry(call.kernel, {end.directory, end.name}, {}, event, Cause(call));
}

Outcome remove_directory(Call& call, std::uint64_t directory_fd, std::uint64_t path) {
    auto end = name_at(call, directory_fd, path);
    if (!end) return Outcome::fail(end.error());
    // rmdir(2): EINVAL for a final ".", ENOTEMPTY for "..", EBUSY for the root.
    if (end->last == PathEnd::Last::dot) return Outcome::fail(Errno::einval);
    if (end->last == PathEnd::Last::dot_dot) return Outcome::fail(Errno::enotempty);
    if (end->last == PathEnd::Last::root) return Outcome::fail(Errno::ebusy);
    if (!end->inode) return Outcome::fail(Errno::enoent);
    if (auto may = may_delete(call.kernel, end->directory, end->inode); !may)
        return Outcome::fail(may.error());
    const Inode& victim = call.kernel.inodes[end->inode];
    if (victim.kind != InodeKind::directory) return Outcome::fail(Errno::enotdir);
    if (!victim.entries.empty()) return Outcome::fail(Errno::enotempty);
    call.object = ref(end->inode);
    remove_name(call, *end);
    return Outcome::done(0);
}

Outcome unlink_path(Call& call, std::uint64_t directory_fd, std::uint64_t path) {
    auto end = name_at(call, directory_fd, path);
    if (!end) return Outcome::fail(end.error());
    if (end->last != PathEnd::Last::name) return Outcome::fail(Errno::eisdir);
    if (!end->inode) return Outcome::fail(Errno::enoent);
    const bool is_directory = call.kernel.inodes[end->inode].kind == InodeKind::directory;
    if (end->has_trailing_slash) return Outcome::fail(is_directory ? Errno::eisdir : Errno::enotdir);
    if (auto may = may_delete(call.kernel, end->directory, end->inode); !may)
        return Outcome::fail(may.error());
    if (is_directory) return Outcome::fail(Errno::eisdir);
    call.object = ref(end->inode);
    note_inode(call.kernel, end->inode, kInAttrib, Cause(call));  // the number of its links
    remove_name(call, *end);
    return Outcome::done(0);
}

bool is_inside(const Kernel& kernel, InodeId directory, InodeId ancestor) {
    while (directory != kernel.root) {
        if (directory == ancestor) return true;
        directory = kernel.inodes[directory].parent;
    }
    return directory == ancestor;
}

constexpr std::uint32_t kRenameNoReplace = 1;

/// rename(2): what may not be renamed onto what.
Result<void> may_rename(const Kernel& kernel, const PathEnd& from, const PathEnd& to, std::uint32_t flags) {
    if (from.last != PathEnd::Last::name || to.last != PathEnd::Last::name) return Errno::ebusy;
    if (!from.inode) return Errno::enoent;
    const Inode& moved = kernel.inodes[from.inode];
    const bool is_directory = moved.kind == InodeKind::directory;
    if (to.inode && (flags & kRenameNoReplace)) return Errno::eexist;
    if (!is_directory && (from.has_trailing_slash || to.has_trailing_slash)) return Errno::enotdir;
    if (is_directory && is_inside(kernel, to.directory, from.inode)) return Errno::einval;
    if (to.inode && kernel.inodes[to.inode].kind == InodeKind::directory &&
        is_inside(kernel, from.directory, to.inode))
        return Errno::enotempty;
    if (auto may = may_delete(kernel, from.directory, from.inode); !may) return may;
    if (!is_permitted(kernel.inodes[to.directory], kWriteAndSearch)) return Errno::eacces;
    if (kernel.inodes[to.directory].links == 0) return Errno::enoent;
    if (!to.inode) return {};
    if (auto may = may_delete(kernel, to.directory, to.inode); !may) return may;
    const Inode& replaced = kernel.inodes[to.inode];
    const bool onto_directory = replaced.kind == InodeKind::directory;
    if (is_directory && !onto_directory) return Errno::enotdir;
    if (!is_directory && onto_directory) return Errno::eisdir;
    if (onto_directory && !replaced.entries.empty()) return Errno::enotempty;
    return {};
}

/// What is open under the old name is open under the new one.
void rename_open(Kernel& kernel, InodeId inode, const FileName& from, const FileName& to) {
    std::vector<FileId> renamed;
    for (const auto& [id, file] : kernel.files)
        if (file->inode == inode && file->name == from) renamed.push_back(id);
    for (const FileId id : renamed) kernel.files.write(id).name = to;
}

Outcome rename(Call& call, std::uint64_t from_fd, std::uint64_t from_path, std::uint64_t to_fd,
               std::uint64_t to_path, std::uint32_t flags) {
    Kernel& kernel = call.kernel;
    if (flags & ~kRenameNoReplace) return Outcome::fail(Errno::einval);
    auto from = name_at(call, from_fd, from_path);
    if (!from) return Outcome::fail(from.error());
    auto to = name_at(call, to_fd, to_path);
    if (!to) return Outcome::fail(to.error());
    if (auto may = may_rename(kernel, *from, *to, flags); !may) return Outcome::fail(may.error());
    call.object = ref(from->inode);
    // rename(2): two names of the same file: nothing is done.
    if (from->inode == to->inode) return Outcome::done(0);
    if (to->inode) remove_entry(kernel, to->directory, to->name);
    remove_entry(kernel, from->directory, from->name);
    add_entry(kernel, to->directory, to->name, from->inode);
    const FileName old_name{from->directory, from->name}, new_name{to->directory, to->name};
    rename_open(kernel, from->inode, old_name, new_name);
    note_move(kernel, old_name, new_name, from->inode, to->inode, Cause(call));
    if (to->inode) {
        forget_name(kernel, to->inode, new_name, call.task, call.trace);
        drop_inode_if_unused(kernel, to->inode, call.task, call.trace);
    }
    return Outcome::done(0);
}

Outcome make_link(Call& call, std::uint64_t from_fd, std::uint64_t from_path, std::uint64_t to_fd,
                  std::uint64_t to_path, Links links) {
    auto inode = existing(call, from_fd, from_path, links);
    if (!inode) return Outcome::fail(inode.error());
    auto end = name_at(call, to_fd, to_path);
    if (!end) return Outcome::fail(end.error());
    if (auto may = may_create(call.kernel, *end); !may) return Outcome::fail(may.error());
    if (end->has_trailing_slash) return Outcome::fail(Errno::enoent);
    // link(2): EPERM for a directory; proc(5): protected_hardlinks: only to one's own files.
    const Inode& target = call.kernel.inodes[*inode];
    // link(2), pts(4): slaves are in a file system of their own.
    if (target.terminal) return Outcome::fail(Errno::exdev);
    if (target.kind == InodeKind::directory || target.owner != kUser) return Outcome::fail(Errno::eperm);
    add_entry(call.kernel, end->directory, end->name, *inode);
    note_inode(call.kernel, *inode, kInAttrib, Cause(call));  // the number of its links
    note_entry(call.kernel, {end->directory, end->name}, *inode, kInCreate, Cause(call));
    return Outcome::done(0);
}

Outcome make_symlink(Call& call, std::uint64_t target, std::uint64_t directory_fd, std::uint64_t path) {
    auto text = read_path(call, target);
    if (!text) return Outcome::fail(text.error());
    auto end = name_at(call, directory_fd, path);
    if (!end) return Outcome::fail(end.error());
    if (auto may = may_create(call.kernel, *end); !may) return Outcome::fail(may.error());
    if (end->has_trailing_slash) return Outcome::fail(Errno::enoent);
    Inode inode;
    inode.kind = InodeKind::symlink;
    inode.mode = 0777;
    inode.target = std::move(*text);
    new_named_inode(call, *end, std::move(inode));
    return Outcome::done(0);
}

/// proc(5), /proc/self/fd/N: where the caller's descriptor was opened. Empty: there is no such path here, as of all else
/// below /proc.
std::string path_of_descriptor(const Call& call, std::string_view path) {
    constexpr std::string_view kPrefix = "/proc/self/fd/";
    if (!path.starts_with(kPrefix)) return {};
    path.remove_prefix(kPrefix.size());
    Fd fd = -1;
    const auto [end, error] = std::from_chars(path.data(), path.data() + path.size(), fd);
    const FdEntry* entry = call.process_read().fds->find(fd);
    if (error != std::errc{} || end != path.data() + path.size() || !entry) return {};
    const FileName& name = call.kernel.files[entry->file].name;
    if (!name.directory) return {};
    const std::string directory = path_of(call.kernel, name.directory);
    return (directory == "/" ? "" : directory) + "/" + name.name;
}

Outcome read_link(Call& call, std::uint64_t directory_fd, std::uint64_t path, std::uint64_t buffer,
                  std::uint64_t size) {
    if (static_cast<std::int32_t>(size) <= 0) return Outcome::fail(Errno::einval);
    const auto name = read_path(call, path);
    std::string target = name ? path_of_descriptor(call, *name) : "";
    if (target.empty()) {
        auto inode = existing(call, directory_fd, path, Links::keep_last);
        if (!inode) return Outcome::fail(inode.error());
        const Inode& link = call.kernel.inodes[*inode];
        if (link.kind != InodeKind::symlink) return Outcome::fail(Errno::einval);
        target = link.target;
    }
    // readlink(2): no NUL is added; what does not fit is cut off.
    const std::size_t bytes = std::min<std::size_t>(target.size(), static_cast<std::uint32_t>(size));
    const std::span text(reinterpret_cast<const std::uint8_t*>(target.data()), bytes);
    if (!call.memory().write(buffer, text)) return Outcome::fail(Errno::efault);
    return Outcome::done(static_cast<std::int64_t>(bytes));
}

}  // namespace

Outcome sys_mkdir(Call& call) {
    return make_directory(call, kAtFdCwd, call.arg(0), call.arg(1));
}

Outcome sys_mkdirat(Call& call) {
    return make_directory(call, call.arg(0), call.arg(1), call.arg(2));
}

Outcome sys_rmdir(Call& call) {
    return remove_directory(call, kAtFdCwd, call.arg(0));
}

Outcome sys_unlink(Call& call) {
    return unlink_path(call, kAtFdCwd, call.arg(0));
}

Outcome sys_unlinkat(Call& call) {
    constexpr std::uint32_t kRemoveDirectory = 0x200;
    const auto flags = static_cast<std::uint32_t>(call.arg(2));
    if (flags & ~kRemoveDirectory) return Outcome::fail(Errno::einval);
    return flags ? remove_directory(call, call.arg(0), call.arg(1))
                 : unlink_path(call, call.arg(0), call.arg(1));
}

Outcome sys_rename(Call& call) {
    return rename(call, kAtFdCwd, call.arg(0), kAtFdCwd, call.arg(1), 0);
}

Outcome sys_renameat(Call& call) {
    return rename(call, call.arg(0), call.arg(1), call.arg(2), call.arg(3), 0);
}

Outcome sys_renameat2(Call& call) {
    return rename(call, call.arg(0), call.arg(1), call.arg(2), call.arg(3),
                  static_cast<std::uint32_t>(call.arg(4)));
}

Outcome sys_link(Call& call) {
    return make_link(call, kAtFdCwd, call.arg(0), kAtFdCwd, call.arg(1), Links::keep_last);
}

Outcome sys_linkat(Call& call) {
    constexpr std::uint32_t kFollow = 0x400;
    const auto flags = static_cast<std::uint32_t>(call.arg(4));
    if (flags & ~kFollow) return Outcome::fail(Errno::einval);
    return make_link(call, call.arg(0), call.arg(1), call.arg(2), call.arg(3),
                     flags ? Links::follow : Links::keep_last);
}

Outcome sys_symlink(Call& call) {
    return make_symlink(call, call.arg(0), kAtFdCwd, call.arg(1));
}

Outcome sys_symlinkat(Call& call) {
    return make_symlink(call, call.arg(0), call.arg(1), call.arg(2));
}

Outcome sys_readlink(Call& call) {
    return read_link(call, kAtFdCwd, call.arg(0), call.arg(1), call.arg(2));
}

Outcome sys_readlinkat(Call& call) {
    return read_link(call, call.arg(0), call.arg(1), call.arg(2), call.arg(3));
}

namespace {

/// An inode by the name under which a call has reached it.
struct Named {
    InodeId inode{};
    FileName name{};
};
Named named(const PathEnd& end) {
    return {end.inode, end.last == PathEnd::Last::name ? FileName{end.directory, end.name} : FileName{}};
}
Named named(const File& file) {
    return {file.inode, file.name};
}
Outcome noted(Call& call, const Named& what, std::uint32_t event, Outcome outcome) {
    if (outcome.value == 0) note(call.kernel, what.inode, what.name, event, Cause(call));
    return outcome;
}

Outcome change_mode(Call& call, const Named& what, std::uint64_t mode) {
    const InodeId id = what.inode;
    if (call.kernel.inodes[id].owner != kUser) return Outcome::fail(Errno::eperm);
    call.kernel.inodes.write(id).mode = static_cast<std::uint32_t>(mode) & 07777;
    return noted(call, what, kInAttrib, Outcome::done(0));
}

/// chown(2): the owner may name itself; anything else needs a privilege.
Outcome change_owner(Call& call, const Named& what, std::uint64_t owner, std::uint64_t group) {
    const auto is_own = [](std::uint64_t wanted) {
        return static_cast<std::uint32_t>(wanted) == UINT32_MAX ||
               static_cast<std::uint32_t>(wanted) == kUser;
    };
    if (static_cast<std::uint32_t>(owner) == UINT32_MAX && static_cast<std::uint32_t>(group) == UINT32_MAX)
        return Outcome::done(0);
    const bool is_allowed = call.kernel.inodes[what.inode].owner == kUser && is_own(owner) && is_own(group);
    return noted(call, what, kInAttrib, is_allowed ? Outcome::done(0) : Outcome::fail(Errno::eperm));
}

Outcome change_directory(Call& call, InodeId id) {
    const Inode& inode = call.kernel.inodes[id];
    if (inode.kind != InodeKind::directory) return Outcome::fail(Errno::enotdir);
    if (!is_permitted(inode, 1)) return Outcome::fail(Errno::eacces);
    const InodeId before = call.process_read().working_directory;
    call.process().working_directory = id;
    drop_inode_if_unused(call.kernel, before, call.task, call.trace);
    return Outcome::done(0);
}

Outcome cut_file(Call& call, const Named& what, std::int64_t length) {
    if (length < 0) return Outcome::fail(Errno::einval);
    const Inode& inode = call.kernel.inodes[what.inode];
    if (inode.kind == InodeKind::directory) return Outcome::fail(Errno::eisdir);
    if (inode.kind != InodeKind::regular) return Outcome::fail(Errno::einval);
    return noted(call, what, kInModify,
                 Outcome::from(resize_file(call.kernel, what.inode, static_cast<std::uint64_t>(length))));
}

/// Of a description without a name: nobody looks at a pipe's or the terminal's attributes again; fs/anon_inodes.c,
/// anon_inode_setattr(), and fs/pidfs.c refuse to change those of what all processes share.
Outcome change_nameless(const File& file, Errno refusal = Errno::eopnotsupp) {
    const bool is_shared = file.kind == FileKind::pidfd || lock_object(file) == ref(kAnonymousInode);
    return is_shared ? Outcome::fail(refusal) : Outcome::done(0);
}

}  // namespace

Outcome sys_chmod(Call& call) {
    auto end = existing_end(call, kAtFdCwd, call.arg(0), Links::follow);
    return end ? change_mode(call, named(*end), call.arg(1)) : Outcome::fail(end.error());
}

Outcome sys_fchmodat(Call& call) {
    auto end = existing_end(call, call.arg(0), call.arg(1), Links::follow);
    return end ? change_mode(call, named(*end), call.arg(2)) : Outcome::fail(end.error());
}

Outcome sys_chown(Call& call) {
    auto end = existing_end(call, kAtFdCwd, call.arg(0), Links::follow);
    return end ? change_owner(call, named(*end), call.arg(1), call.arg(2)) : Outcome::fail(end.error());
}

Outcome sys_lchown(Call& call) {
    auto end = existing_end(call, kAtFdCwd, call.arg(0), Links::keep_last);
    return end ? change_owner(call, named(*end), call.arg(1), call.arg(2)) : Outcome::fail(end.error());
}

Outcome sys_fchownat(Call& call) {
    constexpr std::uint32_t kNoFollow = 0x100;
    const auto flags = static_cast<std::uint32_t>(call.arg(4));
    if (flags & ~kNoFollow) return Outcome::fail(Errno::einval);
    auto end = existing_end(call, call.arg(0), call.arg(1), flags ? Links::keep_last : Links::follow);
    return end ? change_owner(call, named(*end), call.arg(2), call.arg(3)) : Outcome::fail(end.error());
}

Outcome sys_fchown(Call& call) {
    auto file = file_of(call, call.arg(0));
    if (!file) return Outcome::fail(file.error());
    const File& opened = call.kernel.files[*file];
    return opened.inode ? change_owner(call, named(opened), call.arg(1), call.arg(2))
                        : change_nameless(opened);
}

Outcome sys_utimensat(Call& call) {
    constexpr std::uint32_t kNoFollow = 0x100;
    constexpr std::int64_t kNow = 0x3fffffff, kOmit = 0x3ffffffe;
    const auto flags = static_cast<std::uint32_t>(call.arg(3));
    if (flags & ~kNoFollow) return Outcome::fail(Errno::einval);
    // One time is kept for each file: the second of the two, that of its modification.
    TimePair modified{0, kNow};
    bool is_touch = true;  // both are now: who may write may do that
    std::uint32_t event = kInAttrib;
    if (call.arg(2)) {
        auto times = call.memory().read_object<std::array<TimePair, 2>>(call.arg(2));
        if (!times) return Outcome::fail(times.error());
        for (const TimePair& time : *times)
            if (time.fraction != kNow && time.fraction != kOmit &&
                (time.fraction < 0 || time.fraction >= kSecond))
                return Outcome::fail(Errno::einval);
        if ((*times)[0].fraction == kOmit && (*times)[1].fraction == kOmit) return Outcome::done(0);
        modified = (*times)[1];
        is_touch = (*times)[0].fraction == kNow && modified.fraction == kNow;
        // include/linux/fsnotify.h, fsnotify_change(): one time alone is told of as what would change it.
        if (modified.fraction == kOmit) event = kInAccess;
        if ((*times)[0].fraction == kOmit) event = kInModify;
    }
    Named what;
    if (call.arg(1) == 0) {  // utimensat(2), futimens(): no path means the descriptor itself
        auto file = file_of(call, call.arg(0));
        if (!file) return Outcome::fail(file.error());
        what = named(call.kernel.files[*file]);
        if (!what.inode)
            return change_nameless(call.kernel.files[*file], is_touch ? Errno::eacces : Errno::eopnotsupp);
    } else {
        auto end = existing_end(call, call.arg(0), call.arg(1), flags ? Links::keep_last : Links::follow);
        if (!end) return Outcome::fail(end.error());
        what = named(*end);
    }
    const InodeId id = what.inode;
    const Inode& inode = call.kernel.inodes[id];
    if (inode.owner != kUser && !(modified.fraction == kNow && is_permitted(inode, 2)))
        return Outcome::fail(modified.fraction == kNow ? Errno::eacces : Errno::eperm);
    if (modified.fraction == kOmit) return noted(call, what, event, Outcome::done(0));
    constexpr std::int64_t kMostSeconds = 1ll << 32;  // about 136 years each way: well inside Time
    const std::int64_t seconds =
        std::clamp(modified.seconds, -kMostSeconds, kMostSeconds) - kBootEpochSeconds;
    call.kernel.inodes.write(id).modified_ns =
        modified.fraction == kNow ? call.kernel.now_ns : seconds * kSecond + modified.fraction;
    return noted(call, what, event, Outcome::done(0));
}

Outcome sys_fchmod(Call& call) {
    auto file = file_of(call, call.arg(0));
    if (!file) return Outcome::fail(file.error());
    const File& opened = call.kernel.files[*file];
    return opened.inode ? change_mode(call, named(opened), call.arg(1)) : change_nameless(opened);
}

Outcome sys_chdir(Call& call) {
    auto inode = existing(call, kAtFdCwd, call.arg(0), Links::follow);
    return inode ? change_directory(call, *inode) : Outcome::fail(inode.error());
}

Outcome sys_fchdir(Call& call) {
    auto file = file_of(call, call.arg(0));
    if (!file) return Outcome::fail(file.error());
    const InodeId inode = call.kernel.files[*file].inode;
    return inode ? change_directory(call, inode) : Outcome::fail(Errno::enotdir);
}

Outcome sys_getcwd(Call& call) {
    const std::string path = path_of(call.kernel, call.process_read().working_directory);
    if (path.empty()) return Outcome::fail(Errno::enoent);
    const std::uint64_t bytes = path.size() + 1;
    if (bytes > call.arg(1)) return Outcome::fail(Errno::erange);
    const std::span text(reinterpret_cast<const std::uint8_t*>(path.c_str()), bytes);
    if (!call.memory().write(call.arg(0), text)) return Outcome::fail(Errno::efault);
    return Outcome::done(static_cast<std::int64_t>(bytes));
}

Outcome sys_umask(Call& call) {
    const std::uint32_t before = call.process_read().umask;
    call.process().umask = static_cast<std::uint32_t>(call.arg(0)) & 0777;
    return Outcome::done(before);
}

Outcome sys_truncate(Call& call) {
    const auto length = static_cast<std::int64_t>(call.arg(1));
    if (length < 0) return Outcome::fail(Errno::einval);
    auto end = existing_end(call, kAtFdCwd, call.arg(0), Links::follow);
    if (!end) return Outcome::fail(end.error());
    const Inode& found = call.kernel.inodes[end->inode];
    if (found.kind == InodeKind::regular && !is_permitted(found, 2)) return Outcome::fail(Errno::eacces);
    return cut_file(call, named(*end), length);
}

Outcome sys_ftruncate(Call& call) {
    const auto length = static_cast<std::int64_t>(call.arg(1));
    if (length < 0) return Outcome::fail(Errno::einval);
    auto id = file_of(call, call.arg(0));
    if (!id) return Outcome::fail(id.error());
    const File& file = call.kernel.files[*id];
    // fs/pidfs.c: since Linux 6.9 a pidfd is a file of a file system of its own, which does not know how to do it.
    if (file.kind == FileKind::pidfd) return Outcome::fail(Errno::eopnotsupp);
    if (file.kind != FileKind::regular || !file.writable()) return Outcome::fail(Errno::einval);
    return cut_file(call, named(file), length);
}

Outcome sys_fallocate(Call& call) {
    constexpr std::uint32_t kKeepSize = 1;
    const auto mode = static_cast<std::uint32_t>(call.arg(1));
    const auto offset = static_cast<std::int64_t>(call.arg(2)),
               length = static_cast<std::int64_t>(call.arg(3));
    auto id = file_of(call, call.arg(0));
    if (!id) return Outcome::fail(id.error());
    if (offset < 0 || length <= 0) return Outcome::fail(Errno::einval);
    // fallocate(2): punching holes and the other modes are for file systems that have blocks.
    if (mode & ~kKeepSize) return Outcome::fail(Errno::eopnotsupp);
    const File& file = call.kernel.files[*id];
    if (!file.writable()) return Outcome::fail(Errno::ebadf);
    if (file.is_pipe() || file.kind == FileKind::stream) return Outcome::fail(Errno::espipe);
    if (file.kind != FileKind::regular) return Outcome::fail(Errno::enodev);
    if (length > INT64_MAX - offset) return Outcome::fail(Errno::efbig);
    const auto end = static_cast<std::uint64_t>(offset + length);
    if (mode == kKeepSize || end <= call.kernel.memory[call.kernel.inodes[file.inode].memory].size())
        return noted(call, named(file), kInModify, Outcome::done(0));
    return noted(call, named(file), kInModify, Outcome::from(resize_file(call.kernel, file.inode, end)));
}

Outcome sys_fsync(Call& call) {
    auto id = file_of(call, call.arg(0));
    if (!id) return Outcome::fail(id.error());
    const FileKind kind = call.kernel.files[*id].kind;
    // fsync(2): EINVAL for what cannot be synchronised.
    return kind == FileKind::regular || kind == FileKind::directory ? Outcome::done(0)
                                                                    : Outcome::fail(Errno::einval);
}

Outcome sys_fdatasync(Call& call) {
    return sys_fsync(call);
}

Outcome sys_sync(Call&) {
    return Outcome::done(0);
}

namespace {

std::uint8_t entry_type(InodeKind kind) {
    switch (kind) {  // readdir(3): DT_REG ...
        case InodeKind::regular:
            return 8;
        case InodeKind::directory:
            return 4;
        case InodeKind::symlink:
            return 10;
        case InodeKind::fifo:
            return 1;
        case InodeKind::socket:
            return 12;
        case InodeKind::null_device:
        case InodeKind::zero_device:
        case InodeKind::full_device:
        case InodeKind::terminal:
        case InodeKind::multiplexer:
        case InodeKind::slave:
            return 2;
    }
    return 0;
}

}  // namespace

Outcome sys_getdents64(Call& call) {
    constexpr std::size_t kHeader = 19, kDots = 2;
    auto id = file_of(call, call.arg(0));
    if (!id) return Outcome::fail(id.error());
    const File& file = call.kernel.files[*id];
    if (file.kind != FileKind::directory) return Outcome::fail(Errno::enotdir);
    const Inode& directory = call.kernel.inodes[file.inode];
    if (directory.links == 0) return Outcome::fail(Errno::enoent);
    const std::uint64_t size = static_cast<std::uint32_t>(call.arg(2));
    std::uint64_t done = 0, position = file.offset;
    for (; position < directory.entries.size() + kDots; ++position) {
        std::string_view name = position == 0 ? "." : "..";
        InodeId inode = position == 0 ? file.inode : directory.parent;
        if (position >= kDots) {
            name = directory.entries[position - kDots].name;
            inode = directory.entries[position - kDots].inode;
        }
        const std::size_t bytes = (kHeader + name.size() + 1 + 7) / 8 * 8;
        if (done + bytes > size) break;
        std::array<std::uint8_t, 288> record{};
        const auto number = static_cast<std::uint64_t>(inode.value);
        const std::uint64_t next = position + 1;
        const auto length = static_cast<std::uint16_t>(bytes);
        std::memcpy(&record[0], &number, 8);
        std::memcpy(&record[8], &next, 8);
        std::memcpy(&record[16], &length, 2);
        record[18] = entry_type(call.kernel.inodes[inode].kind);
        std::memcpy(&record[kHeader], name.data(), name.size());
        if (!call.memory().write(call.arg(1) + done, std::span(record).first(bytes))) {
            if (done == 0) return Outcome::fail(Errno::efault);
            break;
        }
        done += bytes;
    }
    // getdents(2): EINVAL where not even one entry fits.
    if (done == 0 && position < directory.entries.size() + kDots) return Outcome::fail(Errno::einval);
    call.kernel.files.write(*id).offset = position;
    note_file(call.kernel, call.kernel.files[*id], kInAccess, Cause(call));
    return Outcome::done(static_cast<std::int64_t>(done));
}

}  // namespace ipclab::kernel
