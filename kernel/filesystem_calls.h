// Path look-up and the life of inodes: what the calls about files share.
#pragma once

#include <string_view>

#include "kernel/kernel.h"

namespace ipclab::kernel {

/// Where a path leads.
struct PathEnd {
    InodeId inode{};      ///< none: the last name is not there
    InodeId directory{};  ///< that holds the last name
    std::string name;     ///< the last name
    enum class Last : std::uint8_t { name, dot, dot_dot, root } last = Last::name;
    bool has_trailing_slash = false;
};

enum class Links : std::uint8_t { follow, keep_last };

/// path_resolution(7). The directories on the way must be there and searchable (ENOENT, ENOTDIR, EACCES); the
/// last name may be missing. ELOOP after 40 symbolic links, ENAMETOOLONG.
Result<PathEnd> look_up(const Kernel& kernel, InodeId start, std::string_view path, Links links);

/// A path argument: EFAULT, ENAMETOOLONG, ENOENT for the empty one.
Result<std::string> read_path(Call& call, std::uint64_t address);
/// Where a look-up relative to `directory_fd` starts (AT_FDCWD: the working directory): EBADF, ENOTDIR. An
/// absolute path does not look at the descriptor.
Result<InodeId> start_of(Call& call, std::uint64_t directory_fd, std::string_view path);
/// read_path(), start_of() and look_up(); the inode must exist (ENOENT).
Result<PathEnd> existing_end(Call& call, std::uint64_t directory_fd, std::uint64_t path, Links links);
/// The inode of the same.
Result<InodeId> existing(Call& call, std::uint64_t directory_fd, std::uint64_t path, Links links);

/// Whether the user may read (4), write (2), search or execute (1).
bool is_permitted(const Inode& inode, std::uint32_t wanted);

/// Where a name is to be made or removed: the last name itself, never what a symbolic link points to.
Result<PathEnd> name_at(Call& call, std::uint64_t directory_fd, std::uint64_t path_address);
/// Whether a new name may be put there: EEXIST, ENOENT, EACCES, ENOSPC.
Result<void> may_create(const Kernel& kernel, const PathEnd& end);
/// A new, empty regular file there; EACCES, ENOENT, ENOSPC.
Result<InodeId> create_file(Call& call, const PathEnd& end, std::uint32_t mode);
InodeId new_inode(Kernel& kernel, Inode inode);
/// The same with that name, owned by the user; inotify(7) hears of it. May it? See may_create().
InodeId new_named_inode(Call& call, const PathEnd& end, Inode inode);
InodeId find_entry(const Kernel& kernel, InodeId directory, std::string_view name);
void add_entry(Kernel& kernel, InodeId directory, std::string_view name, InodeId inode);
void remove_entry(Kernel& kernel, InodeId directory, std::string_view name);
/// Deletes an inode that no directory names and nobody has open or works in.
void drop_inode_if_unused(Kernel& kernel, InodeId inode, Tid by, Trace* trace);
/// A name of a file, or a description that was opened by it, has gone. inotify(7) is told of the end of a file without
/// names as soon as none of those is open that it had last (fs/dcache.c, dentry_unlink_inode()): it may be open by others.
void forget_name(Kernel& kernel, InodeId inode, const FileName& name, Tid by, Trace* trace);
/// The path of a directory from the root; empty where it has been removed.
std::string path_of(const Kernel& kernel, InodeId inode);
/// Of everything that counts against Limits::filesystem_bytes.
std::uint64_t bytes_of_files(const Kernel& kernel);
/// Whether a regular file may become so long: EFBIG, ENOSPC.
Result<void> room_for(const Kernel& kernel, InodeId inode, std::uint64_t bytes);
/// Sets a regular file's length; EFBIG, ENOSPC.
Result<void> resize_file(Kernel& kernel, InodeId inode, std::uint64_t bytes);
/// open(2) without the descriptor: permission checks, creation, truncation.
Result<FileId> open_path(Call& call, std::uint64_t directory_fd, std::string_view path, std::uint32_t flags,
                         std::uint32_t mode);

}  // namespace ipclab::kernel
