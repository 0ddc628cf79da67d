// Locks on files: record locks of processes and of open file descriptions (fcntl_locking(2)), and flock(2). All are
// advisory: they keep out others who ask, never reads and writes.
//
//   family        belongs to             covers    goes with
//   process       the process            a range   any close() of the file by the process; its end
//   description   the open description   a range   the description's last descriptor
//   whole         the open description   the file  the same
//
// The first two are one kind of lock with two kinds of owners and keep each other out; flock(2)'s know nothing of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kernel/event.h"
#include "kernel/result.h"
#include "kernel/types.h"

namespace ipclab::kernel {

struct File;
struct Kernel;
struct Call;
struct Outcome;

enum class LockFamily : std::uint8_t { process, description, whole };

struct FileLock {
    static constexpr std::int64_t kToEnd = INT64_MAX;
    ObjectRef object{};  ///< the file: see lock_object()
    LockFamily family = LockFamily::process;
    Pid process{};  ///< the owner; of the other families who took it, for pictures
    FileId file{};  ///< description, whole: the owner
    bool is_exclusive = false;
    std::int64_t begin = 0, last = kToEnd;  ///< bytes, both inclusive
    bool operator==(const FileLock&) const = default;
};

/// What a sleeping task wants, as it was when it asked.
struct FileLockWish {
    Tid task{};
    FileLock lock;
    Tid behind{};  ///< whose wish it waits for, which waits for the same lock as this one would; none: for a lock itself
    bool operator==(const FileLockWish&) const = default;
};

/// All locks of a kernel.
struct FileLocks {
    /// Locks of one owner on one file stand together, by their ranges; owners in the order in which they came.
    std::vector<FileLock> held;
    std::vector<FileLockWish> wishes;
    bool operator==(const FileLocks&) const = default;
};

/// What locks on a description are on: its inode, a pipe, a stream. signalfd(2), eventfd(2), timerfd_create(2),
/// epoll_create(2) and inotify_init(2) give files of one inode (fs/anon_inodes.c): kAnonymousInode.
ObjectRef lock_object(const File& file);
inline constexpr InodeId kAnonymousInode{-1};

/// Whether the two cannot be held at the same time.
bool conflict(const FileLock& a, const FileLock& b);

/// fcntl(2) with one of the commands of is_lock_command().
Outcome lock_records(Call& call, FileId file, std::uint32_t command);

/// The process has closed a descriptor of this file: all its record locks on it go, whatever descriptor it was.
void drop_process_locks(Kernel& kernel, const File& file, Pid process, Tid by, Trace* trace);
/// The description is gone, and its locks with it.
void drop_description_locks(Kernel& kernel, FileId file, Tid by, Trace* trace);
/// The task waits no longer.
void forget_lock_wish(Kernel& kernel, Tid task, Trace* trace);

/// "exclusive, bytes 0-99", "shared, bytes 100 to the end"; flock's: "exclusive".
std::string describe_lock(const FileLock& lock);

}  // namespace ipclab::kernel
