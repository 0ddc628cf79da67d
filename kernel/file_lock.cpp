// Record locks and flock(2), as Linux's fs/locks.c has them.
#include "kernel/file_lock.h"

#include <algorithm>

#include "kernel/emit.h"
#include "kernel/files.h"
#include "kernel/handlers.h"
#include "kernel/syscalls.h"

namespace ipclab::kernel {

namespace {

/// struct flock of x86-64
struct AbiFlock {
    std::int16_t type = 0, whence = 0;
    std::int32_t padding = 0;
    std::int64_t start = 0, length = 0;
    std::int32_t process = 0, padding_at_end = 0;
};
static_assert(sizeof(AbiFlock) == 32);

constexpr std::int16_t kShared = 0, kExclusive = 1, kUnlock = 2;  // F_RDLCK, F_WRLCK, F_UNLCK
constexpr std::uint32_t kSetAndWait = 7, kDescriptionSetAndWait = 38;

bool overlap(const FileLock& a, const FileLock& b) {
    return a.object == b.object && a.begin <= b.last && b.begin <= a.last;
}

bool same_owner(const FileLock& a, const FileLock& b) {
    return a.family == b.family &&
           (a.family == LockFamily::process ? a.process == b.process : a.file == b.file);
}

const FileLock* find_blocker(const FileLocks& locks, const FileLock& wanted) {
    const auto at = std::find_if(locks.held.begin(), locks.held.end(),
                                 [&](const FileLock& each) { return conflict(each, wanted); });
    return at == locks.held.end() ? nullptr : &*at;
}

bool sleeps(const Kernel& kernel, const FileLockWish& wish) {
    return kernel.tasks[wish.task].state == TaskState::blocked;
}

/// fs/locks.c, __locks_insert_block(): who has come before, waits for the same lock, and would be in the way when that is
/// free, is waited for instead; then who waits for that one in the same way.
Tid waits_behind(const Kernel& kernel, Tid task, const FileLock& wanted, const FileLock* blocker) {
    Tid behind{};
    for (const FileLockWish& wish : kernel.locks->wishes) {
        if (wish.task == task) break;
        if (wish.behind == behind && sleeps(kernel, wish) && conflict(wish.lock, wanted) &&
            (behind || find_blocker(*kernel.locks, wish.lock) == blocker))
            behind = wish.task;
    }
    return behind;
}

/// Wakes whoever can have what it wants, the oldest first; who waits for one of those stays asleep.
void wake_lockers(Kernel& kernel, ObjectRef object, Tid by, Trace* trace) {
    if (kernel.locks->wishes.empty()) return;
    std::vector<Tid> coming;  // or waiting for one who comes
    std::vector<std::size_t> asleep;
    for (std::size_t i = 0; i < kernel.locks->wishes.size(); ++i) {
        const FileLockWish& wish = kernel.locks->wishes[i];
        if (wish.lock.object != object) continue;
        const TaskState state = kernel.tasks[wish.task].state;
        if (state == TaskState::blocked)
            asleep.push_back(i);
        else if (state != TaskState::stopped)
            coming.push_back(wish.task);
    }
    for (std::size_t i : asleep) {
        const FileLockWish wish = kernel.locks->wishes[i];
        if (const FileLock* blocker = find_blocker(*kernel.locks, wish.lock)) {
            const Tid behind = waits_behind(kernel, wish.task, wish.lock, blocker);
            if (behind != wish.behind) kernel.locks.write().wishes[i].behind = behind;
            continue;
        }
        const bool stays = wish.behind && std::ranges::find(coming, wish.behind) != coming.end();
        coming.push_back(wish.task);
        if (!stays) wake_task(kernel, wish.task, object, by, trace);
    }
}

void wake_lockers(Call& call, ObjectRef object) {
    wake_lockers(call.kernel, object, call.task, call.trace);
}

/// The owner's locks on the file become what they are with this range locked anew or, without `lock_it`, freed: locks are
/// cut, split and merged (fcntl_locking(2)).
void set_range(FileLocks& locks, const FileLock& range, bool lock_it) {
    std::vector<FileLock> mine;
    if (lock_it) mine.push_back(range);
    std::ptrdiff_t at = -1;
    for (std::size_t i = 0; i < locks.held.size();) {
        const FileLock old = locks.held[i];
        if (old.object != range.object || !same_owner(old, range)) {
            ++i;
            continue;
        }
        if (at < 0) at = static_cast<std::ptrdiff_t>(i);
        locks.held.erase(locks.held.begin() + static_cast<std::ptrdiff_t>(i));
        if (!overlap(old, range)) {
            mine.push_back(old);
            continue;
        }
        if (old.begin < range.begin) {
            mine.push_back(old);
            mine.back().last = range.begin - 1;
        }
        if (old.last > range.last) {
            mine.push_back(old);
            mine.back().begin = range.last + 1;
        }
    }
    std::sort(mine.begin(), mine.end(),
              [](const FileLock& a, const FileLock& b) { return a.begin < b.begin; });
    std::vector<FileLock> merged;
    for (const FileLock& each : mine) {
        const bool joins = !merged.empty() && merged.back().is_exclusive == each.is_exclusive &&
                           merged.back().last + 1 == each.begin;
        if (joins)
            merged.back().last = each.last;
        else
            merged.push_back(each);
    }
    if (at < 0) at = static_cast<std::ptrdiff_t>(locks.held.size());
    locks.held.insert(locks.held.begin() + at, merged.begin(), merged.end());
}

/// Whether an owner waits, over any number of others, for a lock of `process`. fs/locks.c, posix_locks_deadlock(): only
/// locks of processes are followed.
bool waits_for(const Kernel& kernel, Pid owner, Pid process, std::vector<Pid>& seen) {
    if (owner == process) return true;
    if (std::find(seen.begin(), seen.end(), owner) != seen.end()) return false;
    seen.push_back(owner);
    return std::any_of(kernel.locks->wishes.begin(), kernel.locks->wishes.end(), [&](const auto& wish) {
        if (wish.lock.family != LockFamily::process || wish.lock.process != owner || !sleeps(kernel, wish))
            return false;
        const FileLock* blocker = find_blocker(*kernel.locks, wish.lock);
        return blocker && blocker->family == LockFamily::process &&
               waits_for(kernel, blocker->process, process, seen);
    });
}

bool would_deadlock(const Kernel& kernel, const FileLock& wanted, const FileLock& blocker) {
    std::vector<Pid> seen;
    return wanted.family == LockFamily::process && blocker.family == LockFamily::process &&
           waits_for(kernel, blocker.process, wanted.process, seen);
}

/// What the task asked for before it slept; taken out.
std::optional<FileLock> take_wish(Call& call) {
    if (!call.pending.has_slept) return {};
    const auto& wishes = call.kernel.locks->wishes;
    const auto at = std::find_if(wishes.begin(), wishes.end(),
                                 [&](const FileLockWish& wish) { return wish.task == call.task; });
    if (at == wishes.end()) return {};
    const FileLock lock = at->lock;
    std::erase_if(call.kernel.locks.write().wishes,
                  [&](const FileLockWish& wish) { return wish.task == call.task; });
    return lock;
}

/// Takes the lock, or waits for it; EAGAIN, EDEADLK, ENOLCK.
Outcome acquire(Call& call, const FileLock& wanted, bool may_wait) {
    Kernel& kernel = call.kernel;
    if (const FileLock* blocker = find_blocker(*kernel.locks, wanted)) {
        if (!may_wait) return Outcome::fail(Errno::eagain);
        if (would_deadlock(kernel, wanted, *blocker)) return Outcome::fail(Errno::edeadlk);
        const Tid behind = waits_behind(kernel, call.task, wanted, blocker);
        kernel.locks.write().wishes.push_back({call.task, wanted, behind});
        // Somebody else was faster: whoever only waited behind this task may go on.
        if (call.pending.has_slept) wake_lockers(call, wanted.object);
        return call.block(wanted.object, WaitFor::lock);
    }
    // One call adds at most two locks, where it splits one.
    if (kernel.locks->held.size() + 2 > kernel.limits.file_locks) return Outcome::fail(Errno::enolck);
    set_range(kernel.locks.write(), wanted, true);
    wake_lockers(call, wanted.object);
    return Outcome::done(0);
}

void release(Call& call, const FileLock& range) {
    if (call.kernel.locks->held.empty()) return;
    set_range(call.kernel.locks.write(), range, false);
    wake_lockers(call, range.object);
}

/// fs/locks.c, flock64_to_posix_lock(): EINVAL, EOVERFLOW, in its order.
Result<void> set_bytes(const Kernel& kernel, const File& file, const AbiFlock& flock, FileLock& lock) {
    constexpr std::int16_t kSet = 0, kCurrent = 1, kEnd = 2;
    std::int64_t base = 0;
    const bool is_regular = file.kind == FileKind::regular;
    if (flock.whence == kCurrent && is_regular) base = static_cast<std::int64_t>(file.offset);
    if (flock.whence == kEnd && is_regular)
        base = static_cast<std::int64_t>(kernel.memory[kernel.inodes[file.inode].memory].size());
    if (flock.whence < kSet || flock.whence > kEnd) return Errno::einval;
    if (__builtin_add_overflow(base, flock.start, &lock.begin)) return Errno::eoverflow;
    if (lock.begin < 0) return Errno::einval;
    if (flock.length > 0) {
        if (__builtin_add_overflow(lock.begin, flock.length - 1, &lock.last)) return Errno::eoverflow;
    } else if (flock.length < 0) {
        // fcntl_locking(2): a negative length counts backwards from the start.
        if (lock.begin + flock.length < 0) return Errno::einval;
        lock.last = lock.begin - 1;
        lock.begin += flock.length;
    }
    if (flock.type < kShared || flock.type > kUnlock) return Errno::einval;
    lock.is_exclusive = flock.type == kExclusive;
    return {};
}

FileLock new_lock(const Call& call, FileId file, LockFamily family) {
    FileLock lock;
    lock.object = lock_object(call.kernel.files[file]);
    lock.family = family;
    lock.process = call.pid;
    if (family != LockFamily::process) lock.file = file;
    return lock;
}

/// F_GETLK: the first lock that would keep this one out, or F_UNLCK in `type`.
Outcome tell_blocker(Call& call, AbiFlock flock, const FileLock& wanted) {
    const std::vector<FileLock>& held = call.kernel.locks->held;
    const auto found = std::find_if(held.begin(), held.end(), [&](const FileLock& each) {
        // F_OFD_GETLK with F_UNLCK, since Linux 6.6: what the description itself holds there.
        return flock.type == kUnlock ? same_owner(each, wanted) && overlap(each, wanted)
                                     : conflict(each, wanted);
    });
    if (found == held.end()) {
        flock.type = kUnlock;
    } else {
        flock.type = found->is_exclusive ? kExclusive : kShared;
        flock.whence = 0;
        flock.start = found->begin;
        flock.length = found->last == FileLock::kToEnd ? 0 : found->last - found->begin + 1;
        // fcntl_locking(2): the lock of a description belongs to no process.
        flock.process = found->family == LockFamily::description ? -1 : found->process.value;
    }
    return Outcome::from(call.memory().write_object(call.arg(2), flock));
}

}  // namespace

ObjectRef lock_object(const File& file) {
    switch (file.kind) {
        case FileKind::eventfd:
        case FileKind::timerfd:
        case FileKind::signalfd:
        case FileKind::epoll:
        case FileKind::inotify:
            return ref(kAnonymousInode);
        case FileKind::master:  // opened as /dev/ptmx
            return file.inode ? ref(file.inode) : object_of(file);
        default:
            return object_of(file);
    }
}

bool conflict(const FileLock& a, const FileLock& b) {
    const bool same_world = (a.family == LockFamily::whole) == (b.family == LockFamily::whole);
    return same_world && (a.is_exclusive || b.is_exclusive) && overlap(a, b) && !same_owner(a, b);
}

Outcome lock_records(Call& call, FileId id, std::uint32_t command) {
    const File& file = call.kernel.files[id];
    const bool of_description = command > kSetAndWait;
    const bool may_wait = command == kSetAndWait || command == kDescriptionSetAndWait;
    FileLock lock = new_lock(call, id, of_description ? LockFamily::description : LockFamily::process);
    if (const auto wish = take_wish(call)) {
        Outcome outcome = acquire(call, *wish, may_wait);
        // fs/locks.c, fcntl_setlk(): the descriptor was closed, or given to something else, while the call waited.
        const FdEntry* entry = call.process_read().fds->find(static_cast<Fd>(call.arg(0)));
        const bool is_lost = !of_description && (!entry || entry->file != id);
        if (outcome.kind != Outcome::Kind::done || outcome.value < 0 || !is_lost) return outcome;
        release(call, *wish);
        return Outcome::fail(Errno::ebadf);
    }
    const auto flock = call.memory().read_object<AbiFlock>(call.arg(2));
    if (!flock) return Outcome::fail(Errno::efault);
    const bool unlocks = flock->type == kUnlock;
    if (asks_for_lock(command) && !of_description && flock->type != kShared && flock->type != kExclusive)
        return Outcome::fail(Errno::einval);
    if (auto set = set_bytes(call.kernel, file, *flock, lock); !set) return Outcome::fail(set.error());
    // fcntl_locking(2): EBADF: a shared lock needs a descriptor for reading, an exclusive one for writing.
    const bool may = unlocks || (lock.is_exclusive ? file.writable() : file.readable());
    if (!asks_for_lock(command) && !may) return Outcome::fail(Errno::ebadf);
    if (of_description && flock->process != 0) return Outcome::fail(Errno::einval);
    if (asks_for_lock(command)) return tell_blocker(call, *flock, lock);
    if (!unlocks) return acquire(call, lock, may_wait);
    // Freeing the middle of a lock makes two of it.
    if (call.kernel.locks->held.size() + 1 > call.kernel.limits.file_locks)
        return Outcome::fail(Errno::enolck);
    release(call, lock);
    return Outcome::done(0);
}

Outcome sys_flock(Call& call) {
    constexpr std::uint32_t kLockShared = 1, kLockExclusive = 2, kDoNotBlock = 4, kLockUnlock = 8;
    const auto operation = static_cast<std::uint32_t>(call.arg(1));
    // fs/locks.c: mandatory locks are no more; asking for one does nothing, and succeeds.
    constexpr std::uint32_t kMandatory = 32;
    if (operation & kMandatory) return Outcome::done(0);
    const std::uint32_t what = operation & ~kDoNotBlock;
    if (what != kLockShared && what != kLockExclusive && what != kLockUnlock)
        return Outcome::fail(Errno::einval);
    const auto id = file_of(call, call.arg(0));
    if (!id) return Outcome::fail(id.error());
    const File& file = call.kernel.files[*id];
    // fs/locks.c: opened with access mode 3, it can only be unlocked.
    if (what != kLockUnlock && !file.readable() && !file.writable()) return Outcome::fail(Errno::ebadf);
    FileLock lock = new_lock(call, *id, LockFamily::whole);
    lock.is_exclusive = what == kLockExclusive;
    if (const auto wish = take_wish(call)) return acquire(call, *wish, true);
    const auto is_same = [&](const FileLock& each) {
        return same_owner(each, lock) && each.is_exclusive == lock.is_exclusive;
    };
    const auto& held = call.kernel.locks->held;
    if (what != kLockUnlock && std::any_of(held.begin(), held.end(), is_same)) return Outcome::done(0);
    // flock(2): a conversion is not atomic: the old lock is given up first, and lost where the new one cannot be had.
    release(call, lock);
    if (what == kLockUnlock) return Outcome::done(0);
    return acquire(call, lock, (operation & kDoNotBlock) == 0);
}

namespace {

/// Drops all locks that `goes` says; wakes those who waited for them.
template <class Goes>
bool drop_locks(Kernel& kernel, Tid by, Trace* trace, Goes goes) {
    const auto& held = kernel.locks->held;
    const auto first = std::find_if(held.begin(), held.end(), goes);
    if (first == held.end()) return false;
    const ObjectRef object = first->object;
    std::erase_if(kernel.locks.write().held, goes);
    wake_lockers(kernel, object, by, trace);
    return true;
}

/// A descriptor of the process that is still open on the object; -1 where there is none.
Fd other_descriptor(const Kernel& kernel, const Process& process, ObjectRef object) {
    const auto& entries = process.fds->entries();
    for (std::size_t fd = 0; fd < entries.size(); ++fd)
        if (entries[fd].file && lock_object(kernel.files[entries[fd].file]) == object)
            return static_cast<Fd>(fd);
    return -1;
}

}  // namespace

void drop_process_locks(Kernel& kernel, const File& file, Pid process, Tid by, Trace* trace) {
    // fcntl_locking(2): "If a process closes any file descriptor referring to a file, then all of the process's locks on
    // that file are released, regardless of the file descriptor(s) on which the locks were obtained."
    const ObjectRef object = lock_object(file);
    const bool dropped = drop_locks(kernel, by, trace, [&](const FileLock& lock) {
        return lock.family == LockFamily::process && lock.process == process && lock.object == object;
    });
    const Process& owner = kernel.processes[process];
    if (!dropped || !trace || owner.is_zombie) return;
    const Fd other = other_descriptor(kernel, owner, object);
    if (other >= 0)
        explain(kernel, by,
                "the record locks on " + describe(kernel, object) + " are gone, although descriptor " +
                    std::to_string(other) + " is still open on it: any close() of a file drops them",
                trace);
}

void drop_description_locks(Kernel& kernel, FileId file, Tid by, Trace* trace) {
    drop_locks(kernel, by, trace, [&](const FileLock& lock) { return lock.file == file; });
}

void forget_lock_wish(Kernel& kernel, Tid task, Trace* trace) {
    const auto is_its = [&](const FileLockWish& wish) { return wish.task == task; };
    const auto& wishes = kernel.locks->wishes;
    const auto at = std::find_if(wishes.begin(), wishes.end(), is_its);
    if (at == wishes.end()) return;
    const ObjectRef object = at->lock.object;
    std::erase_if(kernel.locks.write().wishes, is_its);
    wake_lockers(kernel, object, task, trace);
}

std::string describe_lock(const FileLock& lock) {
    std::string text = lock.is_exclusive ? "exclusive" : "shared";
    if (lock.family == LockFamily::whole) return text;
    if (lock.begin == 0 && lock.last == FileLock::kToEnd) return text + ", whole file";
    if (lock.begin == lock.last) return text + ", byte " + std::to_string(lock.begin);
    text += ", bytes " + std::to_string(lock.begin);
    return lock.last == FileLock::kToEnd ? text + " to the end" : text + "-" + std::to_string(lock.last);
}

}  // namespace ipclab::kernel
