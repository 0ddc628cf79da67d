#include "kernel/file_lock.h"
#include "tests/kernel/fixture.h"

namespace ipclab::kernel {

namespace {

constexpr int kGetLock = 5, kSetLock = 6, kSetLockAndWait = 7, kOfdGet = 36, kOfdSet = 37, kOfdWait = 38;
constexpr std::int16_t kShared = 0, kExclusive = 1, kUnlock = 2;
constexpr int kLockShared = 1, kLockExclusive = 2, kDoNotBlock = 4, kLockUnlock = 8;

struct Flock {
    std::int16_t type = kExclusive, whence = 0;
    std::int32_t padding = 0;
    std::int64_t start = 0, length = 0, process = 0;
};

struct Locks : Fixture {
    Tid self = first;
    Fd file = static_cast<Fd>(open(first, "/tmp/data", kORdWr | kOCreat));
    Tid other = fork(first);

    std::int64_t lock(Tid task, int command, Flock flock, Fd fd = -1) {
        return call(task, Sys::fcntl, fd < 0 ? file : fd, command, store(task, flock));
    }
    std::int64_t take(Tid task, std::int16_t type, std::int64_t start, std::int64_t length,
                      int command = kSetLock) {
        return lock(task, command, {.type = type, .start = start, .length = length});
    }
    /// What F_GETLK tells: "free", or "exclusive 0+10 by 3".
    std::string blocker(Tid task, std::int16_t type, std::int64_t start, std::int64_t length,
                        int command = kGetLock) {
        REQUIRE(lock(task, command, {.type = type, .start = start, .length = length}) == 0);
        const auto found = load<Flock>(task, kScratch);
        if (found.type == kUnlock) return "free";
        return std::string(found.type == kShared ? "shared " : "exclusive ") + std::to_string(found.start) +
               "+" + std::to_string(found.length) + " by " +
               std::to_string(static_cast<std::int32_t>(found.process));
    }
    std::string held() const {
        std::string text;
        for (const FileLock& each : kernel.locks->held)
            text +=
                (text.empty() ? "" : "; ") + std::to_string(each.process.value) + " " + describe_lock(each);
        return text;
    }
    std::string by(Tid task) const { return std::to_string(task.value); }
};

}  // namespace

TEST_CASE_FIXTURE(Locks, "record locks: shared ones go together, an exclusive one with none") {
    CHECK(take(self, kShared, 0, 10) == 0);
    CHECK(take(other, kShared, 0, 10) == 0);
    CHECK(take(other, kExclusive, 0, 10) == error(Errno::eagain));
    CHECK(take(self, kUnlock, 0, 10) == 0);
    CHECK(take(other, kExclusive, 0, 10) == 0);
    CHECK(take(self, kShared, 9, 1) == error(Errno::eagain));
    CHECK(take(self, kShared, 10, 1) == 0);
}

TEST_CASE_FIXTURE(Locks, "a process never waits for itself: a new lock replaces what it had of the range") {
    CHECK(take(self, kExclusive, 0, 10) == 0);
    CHECK(take(self, kShared, 3, 4) == 0);
    CHECK(held() == by(self) + " exclusive, bytes 0-2; " + by(self) + " shared, bytes 3-6; " + by(self) +
                        " exclusive, bytes 7-9");
    CHECK(take(self, kExclusive, 0, 10) == 0);
    CHECK(held() == by(self) + " exclusive, bytes 0-9");
}

TEST_CASE_FIXTURE(Locks, "neighbouring locks of one type are one lock; unlocking the middle makes two") {
    CHECK(take(self, kShared, 0, 10) == 0);
    CHECK(take(self, kShared, 10, 10) == 0);
    CHECK(held() == by(self) + " shared, bytes 0-19");
    CHECK(take(self, kUnlock, 5, 5) == 0);
    CHECK(held() == by(self) + " shared, bytes 0-4; " + by(self) + " shared, bytes 10-19");
    CHECK(take(self, kUnlock, 0, 0) == 0);
    CHECK(held().empty());
}

TEST_CASE_FIXTURE(Locks,
                  "length 0 is to the end of the file, wherever that will be; a negative one counts back") {
    CHECK(take(self, kExclusive, 100, 0) == 0);
    CHECK(blocker(other, kExclusive, INT64_MAX, 1) == "exclusive 100+0 by " + by(self));
    CHECK(blocker(other, kExclusive, 0, 100) == "free");
    CHECK(take(self, kUnlock, 0, 0) == 0);
    CHECK(take(self, kExclusive, 10, -4) == 0);
    CHECK(held() == by(self) + " exclusive, bytes 6-9");
}

TEST_CASE_FIXTURE(Locks, "l_whence counts from the offset and from the end of the file") {
    REQUIRE(write(self, file, "0123456789") == 10);
    REQUIRE(call(self, Sys::lseek, file, 4, 0) == 4);
    CHECK(lock(self, kSetLock, {.whence = 1, .start = 1, .length = 1}) == 0);
    CHECK(lock(self, kSetLock, {.whence = 2, .start = -1, .length = 1}) == 0);
    CHECK(held() == by(self) + " exclusive, byte 5; " + by(self) + " exclusive, byte 9");
}

TEST_CASE_FIXTURE(Locks, "F_GETLK tells the first lock in the way, and whose it is") {
    CHECK(blocker(self, kExclusive, 0, 0) == "free");
    CHECK(take(other, kShared, 20, 5) == 0);
    CHECK(take(other, kExclusive, 30, 5) == 0);
    CHECK(blocker(self, kExclusive, 0, 0) == "shared 20+5 by " + by(other));
    CHECK(blocker(self, kShared, 0, 0) == "exclusive 30+5 by " + by(other));
    CHECK(blocker(other, kExclusive, 0, 0) == "free");
}

TEST_CASE_FIXTURE(Locks, "F_SETLKW sleeps until the range is free") {
    CHECK(take(self, kExclusive, 0, 10) == 0);
    CHECK(take(other, kExclusive, 5, 10, kSetLockAndWait) == kSleeps);
    CHECK(describe_wait(kernel, other) == "blocked in fcntl on /tmp/data (exclusive, bytes 5-14; test (" +
                                              by(self) + ") has exclusive, bytes 0-9)");
    CHECK(take(self, kUnlock, 0, 5) == 0);
    CHECK(state(other) == TaskState::blocked);
    CHECK(take(self, kUnlock, 5, 1) == 0);
    CHECK(state(other) == TaskState::blocked);
    CHECK(take(self, kUnlock, 6, 4) == 0);
    CHECK(resume(other) == 0);
    CHECK(held() == by(other) + " exclusive, bytes 5-14");
}

TEST_CASE_FIXTURE(Locks, "turning an exclusive lock into a shared one lets the readers in") {
    const Tid third = fork(self);
    CHECK(take(self, kExclusive, 0, 0) == 0);
    CHECK(take(other, kShared, 0, 0, kSetLockAndWait) == kSleeps);
    CHECK(take(third, kShared, 0, 0, kSetLockAndWait) == kSleeps);
    CHECK(take(self, kShared, 0, 0) == 0);
    CHECK(resume(third) == 0);
    CHECK(resume(other) == 0);
}

TEST_CASE_FIXTURE(Locks, "waiters come in their order, and who must wait for an earlier one is not woken") {
    const Tid third = fork(self);
    CHECK(take(self, kExclusive, 0, 0) == 0);
    CHECK(take(third, kExclusive, 0, 1, kSetLockAndWait) == kSleeps);
    CHECK(take(other, kExclusive, 0, 1, kSetLockAndWait) == kSleeps);
    CHECK(take(self, kUnlock, 0, 0) == 0);
    CHECK(state(third) == TaskState::ready);
    CHECK(state(other) == TaskState::blocked);
    // Killed before it could take the lock: the next one gets it.
    CHECK(call(self, Sys::kill, third.value, kSigKill) == 0);
    CHECK_FALSE(signal(third).has_value());
    CHECK(state(other) == TaskState::ready);
    CHECK(resume(other) == 0);
}

TEST_CASE_FIXTURE(
    Locks,
    "who waits for different locks is woken together, and the faster one is not in the other's order") {
    const Tid third = fork(self);
    CHECK(take(self, kShared, 99, 1) == 0);
    CHECK(take(self, kExclusive, 150, 1) == 0);
    CHECK(take(third, kShared, 100, 0, kSetLockAndWait) == kSleeps);    // for byte 150
    CHECK(take(other, kExclusive, 10, 0, kSetLockAndWait) == kSleeps);  // for byte 99
    CHECK(take(self, kUnlock, 0, 0) == 0);
    CHECK(state(third) == TaskState::ready);
    CHECK(state(other) == TaskState::ready);
    CHECK(resume(other) == 0);
    CHECK(resume(third) == kSleeps);
}

TEST_CASE_FIXTURE(Locks, "a lock can be snatched before the waiter runs: then it sleeps again") {
    const Tid third = fork(self);
    CHECK(take(self, kExclusive, 0, 0) == 0);
    CHECK(take(other, kExclusive, 0, 0, kSetLockAndWait) == kSleeps);
    CHECK(take(self, kUnlock, 0, 0) == 0);
    CHECK(take(third, kExclusive, 0, 0) == 0);
    CHECK(resume(other) == kSleeps);
    CHECK(call(third, Sys::exit_group, 0) == kEnds);
    CHECK(resume(other) == 0);
}

TEST_CASE_FIXTURE(Locks,
                  "fcntl_locking(2): any close() of the file by the process drops all its locks on it") {
    CHECK(take(self, kExclusive, 0, 10) == 0);
    const auto again = static_cast<Fd>(open(self, "/tmp/data", kORdOnly));
    CHECK(close(self, again) == 0);
    CHECK(held().empty());
    const auto told = events(EventKind::explained);
    REQUIRE_FALSE(told.empty());

    CHECK(take(self, kExclusive, 0, 10) == 0);
    CHECK(close(other, file) == 0);
    CHECK(held() == by(self) + " exclusive, bytes 0-9");
    const auto copy = static_cast<Fd>(call(self, Sys::dup, file));
    CHECK(call(self, Sys::dup2, 0, copy) == copy);
    CHECK(held().empty());
}

TEST_CASE_FIXTURE(Locks, "record locks are not inherited over fork(), kept over execve(), gone at the end") {
    CHECK(take(self, kExclusive, 0, 10) == 0);
    const Tid child = fork(self);
    CHECK(take(child, kShared, 0, 10) == error(Errno::eagain));
    const std::uint64_t nothing = store(self, std::uint64_t{0}, kScratch + 64);
    call(self, Sys::execve, path(self, "/bin/other"), nothing, nothing);
    CHECK(last.kind == Outcome::Kind::executed);
    CHECK(take(child, kShared, 0, 10) == error(Errno::eagain));
    CHECK(call(self, Sys::exit_group, 0) == kEnds);
    CHECK(take(child, kShared, 0, 10) == 0);
}

TEST_CASE_FIXTURE(Locks, "EDEADLK: a wait that would close a circle is refused, however long the circle") {
    const Tid third = fork(self);
    CHECK(take(self, kExclusive, 1, 1) == 0);
    CHECK(take(other, kExclusive, 2, 1) == 0);
    CHECK(take(third, kExclusive, 3, 1) == 0);
    CHECK(take(self, kExclusive, 2, 1, kSetLockAndWait) == kSleeps);
    CHECK(take(other, kExclusive, 3, 1, kSetLockAndWait) == kSleeps);
    CHECK(take(third, kExclusive, 1, 1, kSetLockAndWait) == error(Errno::edeadlk));
    CHECK(take(third, kUnlock, 3, 1) == 0);
    CHECK(resume(other) == 0);
}

TEST_CASE_FIXTURE(Locks,
                  "a signal handler ends the wait with EINTR; with SA_RESTART the call is made again") {
    CHECK(take(self, kExclusive, 0, 0) == 0);
    CHECK(set_handler(other, kSigUsr1, 0x5000) == 0);
    CHECK(take(other, kExclusive, 0, 0, kSetLockAndWait) == kSleeps);
    CHECK(call(self, Sys::kill, other.value, kSigUsr1) == 0);
    CHECK(resume(other) == error(Errno::eintr));
    CHECK(kernel.locks->wishes.empty());
    const auto handler = signal(other);
    REQUIRE(handler.has_value());
    return_from_handler(kernel, other, handler->mask_to_restore, kSigUsr1, &trace);
    CHECK(set_handler(other, kSigUsr1, 0x5000, kSaRestart) == 0);
    CHECK(take(other, kExclusive, 0, 0, kSetLockAndWait) == kSleeps);
    CHECK(call(self, Sys::kill, other.value, kSigUsr1) == 0);
    CHECK(resume(other) == kAgain);
}

TEST_CASE_FIXTURE(Locks, "what fcntl_locking(2) refuses") {
    struct {
        std::string_view why;
        int command;
        Flock flock;
        Errno error;
    } const rows[] = {
        {"a wrong type", kSetLock, {.type = 3}, Errno::einval},
        {"a wrong whence", kSetLock, {.whence = 3}, Errno::einval},
        {"a start before the file", kSetLock, {.start = -1}, Errno::einval},
        {"a range that begins before the file", kSetLock, {.start = 3, .length = -4}, Errno::einval},
        {"an end that is no offset", kSetLock, {.start = INT64_MAX, .length = 2}, Errno::eoverflow},
        {"to ask about no lock", kGetLock, {.type = kUnlock}, Errno::einval},
        {"an owner for a description's lock", kOfdSet, {.process = 7}, Errno::einval},
    };
    for (const auto& row : rows) {
        INFO(row.why);
        CHECK(lock(self, row.command, row.flock) == error(row.error));
    }
    CHECK(call(self, Sys::fcntl, file, kSetLock, kBadAddress) == error(Errno::efault));
    CHECK(call(self, Sys::fcntl, 99, kSetLock, kScratch) == error(Errno::ebadf));
    const auto reading = static_cast<Fd>(open(self, "/tmp/data", kORdOnly));
    CHECK(lock(self, kSetLock, {.type = kExclusive}, reading) == error(Errno::ebadf));
    CHECK(lock(self, kSetLock, {.type = kShared}, reading) == 0);
    const auto writing = static_cast<Fd>(open(self, "/tmp/data", kOWrOnly));
    CHECK(lock(self, kSetLock, {.type = kShared}, writing) == error(Errno::ebadf));
    CHECK(lock(self, kSetLock, {.type = kUnlock}, writing) == 0);
}

TEST_CASE_FIXTURE(Locks, "a full table of locks is ENOLCK") {
    kernel.limits.file_locks = 3;
    CHECK(take(self, kExclusive, 0, 10) == 0);
    CHECK(take(self, kUnlock, 2, 1) == 0);
    CHECK(take(self, kUnlock, 5, 1) == 0);
    CHECK(take(self, kUnlock, 8, 1) == error(Errno::enolck));
    CHECK(take(self, kExclusive, 20, 1) == error(Errno::enolck));
}

TEST_CASE_FIXTURE(Locks,
                  "the lock of an open description keeps out other descriptions, also of the same process") {
    const auto again = static_cast<Fd>(open(self, "/tmp/data", kORdWr));
    CHECK(lock(self, kOfdSet, {.length = 10}) == 0);
    CHECK(lock(self, kOfdSet, {.length = 1}, again) == error(Errno::eagain));
    CHECK(lock(self, kSetLock, {.length = 1}) == error(Errno::eagain));
    CHECK(blocker(self, kExclusive, 0, 1) == "exclusive 0+10 by -1");
    CHECK(close(self, again) == 0);
    CHECK(held() == by(self) + " exclusive, bytes 0-9");
    // The child has the same description, and so the lock; it goes with its last descriptor.
    CHECK(lock(other, kOfdSet, {.type = kShared, .length = 10}) == 0);
    CHECK(close(self, file) == 0);
    CHECK(held() == by(other) + " shared, bytes 0-9");
    CHECK(close(other, file) == 0);
    CHECK(held().empty());
}

TEST_CASE_FIXTURE(Locks, "F_OFD_GETLK with F_UNLCK tells what the description itself has locked") {
    CHECK(blocker(self, kUnlock, 0, 0, kOfdGet) == "free");
    CHECK(lock(self, kOfdSet, {.start = 5, .length = 2}) == 0);
    CHECK(blocker(self, kUnlock, 0, 0, kOfdGet) == "exclusive 5+2 by -1");
}

TEST_CASE_FIXTURE(Locks, "no deadlock is looked for among locks of descriptions") {
    const auto mine = static_cast<Fd>(open(self, "/tmp/data", kORdWr)),
               its = static_cast<Fd>(open(other, "/tmp/data", kORdWr));
    CHECK(lock(self, kOfdSet, {.start = 1, .length = 1}, mine) == 0);
    CHECK(lock(other, kOfdSet, {.start = 2, .length = 1}, its) == 0);
    CHECK(lock(self, kOfdWait, {.start = 2, .length = 1}, mine) == kSleeps);
    CHECK(lock(other, kOfdWait, {.start = 1, .length = 1}, its) == kSleeps);
}

TEST_CASE_FIXTURE(Locks, "flock(2): belongs to the open description, which fork() and dup() share") {
    CHECK(call(self, Sys::flock, file, kLockExclusive) == 0);
    CHECK(call(other, Sys::flock, file, kLockExclusive | kDoNotBlock) == 0);
    const auto again = static_cast<Fd>(open(self, "/tmp/data", kORdOnly));
    CHECK(call(self, Sys::flock, again, kLockShared | kDoNotBlock) == error(Errno::eagain));
    CHECK(close(self, file) == 0);
    CHECK(call(self, Sys::flock, again, kLockShared | kDoNotBlock) == error(Errno::eagain));
    CHECK(call(other, Sys::flock, file, kLockUnlock) == 0);
    CHECK(call(self, Sys::flock, again, kLockShared | kDoNotBlock) == 0);
}

TEST_CASE_FIXTURE(Locks, "flock(2) waits; the lock goes with the description's last descriptor") {
    const auto again = static_cast<Fd>(open(other, "/tmp/data", kORdOnly));
    CHECK(call(self, Sys::flock, file, kLockExclusive) == 0);
    CHECK(close(other, file) == 0);
    CHECK(call(other, Sys::flock, again, kLockShared) == kSleeps);
    CHECK(describe_wait(kernel, other) ==
          "blocked in flock on /tmp/data (shared; test (" + by(self) + ") has exclusive)");
    CHECK(call(self, Sys::exit_group, 0) == kEnds);
    CHECK(resume(other) == 0);
}

TEST_CASE_FIXTURE(Locks, "flock(2): a conversion that cannot be had loses the old lock") {
    const auto mine = static_cast<Fd>(open(self, "/tmp/data", kORdOnly)),
               its = static_cast<Fd>(open(other, "/tmp/data", kORdOnly));
    CHECK(call(self, Sys::flock, mine, kLockShared) == 0);
    CHECK(call(other, Sys::flock, its, kLockShared) == 0);
    CHECK(call(self, Sys::flock, mine, kLockExclusive | kDoNotBlock) == error(Errno::eagain));
    CHECK(held() == by(other) + " shared");
}

TEST_CASE_FIXTURE(Locks, "flock(2) and record locks know nothing of each other") {
    CHECK(call(self, Sys::flock, file, kLockExclusive) == 0);
    CHECK(take(other, kExclusive, 0, 0) == 0);
}

TEST_CASE_FIXTURE(Locks, "flock(2): wrong operations are EINVAL, wrong descriptors EBADF") {
    CHECK(call(self, Sys::flock, file, 3) == error(Errno::einval));
    CHECK(call(self, Sys::flock, 99, 33) == 0);
    CHECK(call(self, Sys::flock, 99, kLockShared) == error(Errno::ebadf));
    CHECK(call(self, Sys::flock, 99, 0) == error(Errno::einval));
}

TEST_CASE_FIXTURE(
    Locks, "who waits for a record lock while another thread closes the descriptor gets EBADF in the end") {
    const Tid waiting = thread(self);
    CHECK(take(other, kExclusive, 0, 10) == 0);
    CHECK(take(waiting, kExclusive, 5, 10, kSetLockAndWait) == kSleeps);
    CHECK(close(self, file) == 0);
    CHECK(state(waiting) == TaskState::blocked);
    CHECK(take(other, kUnlock, 0, 10) == 0);
    CHECK(resume(waiting) == error(Errno::ebadf));
    CHECK(kernel.locks->held.empty());
}

TEST_CASE_FIXTURE(Locks,
                  "descriptors of signals, events, timers, epoll and inotify are all files of one inode: a "
                  "lock on one keeps others out") {
    const auto make = [&](int kind) {
        store(self, SignalMask{1}, kBuffer);
        const std::array made{call(self, Sys::signalfd4, -1, kBuffer, 8, 0), call(self, Sys::eventfd2, 0, 0),
                              call(self, Sys::timerfd_create, 1, 0), call(self, Sys::epoll_create1, 0),
                              call(self, Sys::inotify_init1, 0)};
        for (int i = 0; i < static_cast<int>(made.size()); ++i)
            if (i != kind) close(self, static_cast<Fd>(made[static_cast<std::size_t>(i)]));
        return static_cast<Fd>(made[static_cast<std::size_t>(kind)]);
    };
    for (int one = 0; one < 5; ++one)
        for (int two = 0; two < 5; ++two) {
            const Fd held = make(one), wanted = make(two);
            CHECK(call(self, Sys::flock, held, kLockExclusive) == 0);
            CHECK(call(self, Sys::flock, wanted, kLockShared | kDoNotBlock) == error(Errno::eagain));
            CHECK(call(self, Sys::flock, file, kLockExclusive) == 0);
            CHECK(take(self, kShared, 0, 0) == 0);
            CHECK(lock(self, kSetLock, {.type = kShared}, held) == 0);
            CHECK(kernel.locks->held.size() == 4);
            close(self, wanted);  // of the same file, so that the record lock on it goes
            CHECK(kernel.locks->held.size() == 3);
            close(self, held);
        }
}

}  // namespace ipclab::kernel
