// futex(2), and what threads do: clone(2), exit(2), signals to one and to all of them.
#include "kernel/futex.h"
#include "tests/kernel/fixture.h"

using namespace ipclab::kernel;

namespace {

constexpr std::uint64_t kThread = 0x3d0f00;  // the flags of pthread_create()
constexpr std::uint64_t kWord = Fixture::kBuffer, kOther = Fixture::kBuffer + 64,
                        kId = Fixture::kBuffer + 128;
constexpr std::uint64_t kStack = Fixture::kBuffer + 0x10000;
constexpr int kWait = 0, kWake = 1, kRequeue = 3, kCmpRequeue = 4, kWakeOp = 5, kLockPi = 6, kUnlockPi = 7,
              kTrylockPi = 8, kWaitBitset = 9, kWakeBitset = 10, kPrivate = 128, kRealtime = 256;

class Threads : public Fixture {
  public:
    Tid thread(Tid from) {
        const std::int64_t made = call(from, Sys::clone, kThread, kStack, kId, kId, 0);
        REQUIRE(made > 0);
        return Tid{made};
    }
    void set(std::uint32_t value, std::uint64_t address = kWord) { store(first, value, address); }
    std::uint32_t get(std::uint64_t address = kWord) { return load<std::uint32_t>(first, address); }
    template <class... Args>
    std::int64_t futex(Tid tid, int operation, Args... arguments) {
        return call(tid, Sys::futex, kWord, operation, arguments...);
    }
    std::uint64_t timespec(std::int64_t seconds, std::int64_t ns) {
        return store(first, std::array<std::int64_t, 2>{seconds, ns});
    }
};

}  // namespace

TEST_CASE_FIXTURE(Threads,
                  "a futex wait sleeps while the word has the expected value, and a wake ends it with 0") {
    const Tid second = thread(first);
    set(5);
    CHECK(futex(second, kWait, 4, 0) == error(Errno::eagain));
    CHECK(futex(second, kWait, 5, 0) == kSleeps);
    CHECK(futex(first, kWake, 1) == 1);
    CHECK(resume(second) == 0);
    CHECK(futex(first, kWake, 1) == 0);
}

TEST_CASE_FIXTURE(Threads, "a wake of n wakes the n that have waited longest") {
    const Tid a = thread(first), b = thread(first), c = thread(first);
    for (Tid tid : {c, a, b}) CHECK(futex(tid, kWait, 0, 0) == kSleeps);
    CHECK(futex(first, kWake, 2) == 2);
    CHECK(state(c) == TaskState::ready);
    CHECK(state(a) == TaskState::ready);
    CHECK(state(b) == TaskState::blocked);
}

TEST_CASE_FIXTURE(Threads, "private and shared names of one address are two futexes") {
    const Tid second = thread(first);
    CHECK(futex(second, kWait | kPrivate, 0, 0) == kSleeps);
    CHECK(futex(first, kWake, 1) == 0);
    CHECK(futex(first, kWake | kPrivate, 1) == 1);
}

TEST_CASE_FIXTURE(Threads, "processes meet at a word of memory that they share, whatever its address") {
    const std::int64_t one = call(first, Sys::mmap, 0, 4096, 3, 0x21, -1, 0);
    const Tid child = fork(first);
    CHECK(call(child, Sys::futex, one + 8, kWait, 0, 0) == kSleeps);
    CHECK(call(first, Sys::futex, one, kWake, 1) == 0);
    CHECK(call(first, Sys::futex, one + 8, kWake, 1) == 1);
    CHECK(resume(child) == 0);
    CHECK(futex(child, kWait, 0, 0) == kSleeps);  // private memory is another word in each process
    CHECK(futex(first, kWake, 1) == 0);
}

TEST_CASE_FIXTURE(Threads,
                  "a futex wait with a time-out ends with ETIMEDOUT; FUTEX_WAIT counts from now, "
                  "FUTEX_WAIT_BITSET is absolute") {
    CHECK(futex(first, kWait, 0, timespec(1, 5)) == kSleeps);
    CHECK(task(first).call->deadline_ns == kernel.now_ns + kSecond + 5);
    pass_time(2 * kSecond);
    CHECK(resume(first) == error(Errno::etimedout));
    CHECK(futex(first, kWaitBitset, 0, timespec(1, 0), 0, -1) == error(Errno::etimedout));
    CHECK(futex(first, kWaitBitset | kRealtime, 0, timespec(kBootEpochSeconds + 9, 0), 0, -1) == kSleeps);
    CHECK(task(first).call->deadline_ns == 9 * kSecond);
    pass_time(9 * kSecond);
    CHECK(resume(first) == error(Errno::etimedout));
    CHECK(futex(first, kWait, 0, timespec(0, kSecond)) == error(Errno::einval));
    CHECK(futex(first, kWait, 0, kBadAddress) == error(Errno::efault));
}

TEST_CASE_FIXTURE(Threads, "futex refuses bad addresses, empty bitsets and unknown operations") {
    CHECK(call(first, Sys::futex, kWord + 1, kWait, 0, 0) == error(Errno::einval));
    CHECK(call(first, Sys::futex, kBadAddress & ~3ull, kWait, 0, 0) == error(Errno::efault));
    CHECK(call(first, Sys::futex, kBadAddress & ~3ull, kWake | kPrivate, 1) ==
          0);  // nobody looks at the word
    CHECK(call(first, Sys::futex, kBadAddress & ~3ull, kWake, 1) == error(Errno::efault));
    CHECK(futex(first, kWaitBitset, 0, 0, 0, 0) == error(Errno::einval));
    CHECK(futex(first, kWakeBitset, 1, 0, 0, 0) == error(Errno::einval));
    CHECK(futex(first, 77, 0, 0) == error(Errno::enosys));
    CHECK(futex(first, kWake | kRealtime, 1) == error(Errno::enosys));
}

TEST_CASE_FIXTURE(Threads, "a bitset wake wakes only who waits with a bit in common") {
    const Tid a = thread(first), b = thread(first);
    CHECK(futex(a, kWaitBitset, 0, 0, 0, 1) == kSleeps);
    CHECK(futex(b, kWaitBitset, 0, 0, 0, 2) == kSleeps);
    CHECK(futex(first, kWakeBitset, 9, 0, 0, 6) == 1);
    CHECK(state(a) == TaskState::blocked);
    CHECK(resume(b) == 0);
}

TEST_CASE_FIXTURE(Threads, "a requeue wakes some and moves others to the second word") {
    const Tid a = thread(first), b = thread(first), c = thread(first);
    for (Tid tid : {a, b, c}) CHECK(futex(tid, kWait, 0, 0) == kSleeps);
    CHECK(futex(first, kCmpRequeue, 1, 1, kOther, 7) == error(Errno::eagain));
    CHECK(futex(first, kCmpRequeue, 1, 1, kOther, 0) == 2);
    CHECK(resume(a) == 0);
    CHECK(call(first, Sys::futex, kOther, kWake, 9) == 1);
    CHECK(resume(b) == 0);
    CHECK(futex(first, kRequeue, 0, 5, kOther) == 1);
    CHECK(futex(first, kWake, 9) == 0);
    CHECK(call(first, Sys::futex, kOther, kWake, 9) == 1);
    CHECK(resume(c) == 0);
    CHECK(futex(first, kRequeue, -1, 0, kOther) == error(Errno::einval));
}

TEST_CASE_FIXTURE(
    Threads, "FUTEX_WAKE_OP changes the second word and wakes there too where its old value was as asked") {
    const Tid a = thread(first), b = thread(first);
    CHECK(futex(a, kWait, 0, 0) == kSleeps);
    CHECK(call(b, Sys::futex, kOther, kWait, 0, 0) == kSleeps);
    constexpr std::uint32_t kAddThreeIfZero = 1u << 28 | 3u << 12;  // FUTEX_OP_ADD 3, FUTEX_OP_CMP_EQ 0
    CHECK(futex(first, kWakeOp, 1, 1, kOther, kAddThreeIfZero) == 2);
    CHECK(get(kOther) == 3);
    CHECK(futex(first, kWakeOp, 1, 1, kOther, kAddThreeIfZero) == 0);
    CHECK(get(kOther) == 6);
    CHECK(futex(first, kWakeOp, 1, 1, kOther, 7u << 28) == error(Errno::enosys));
}

TEST_CASE_FIXTURE(
    Threads,
    "a signal handler interrupts a futex wait; with SA_RESTART it goes on, unless it has a time-out") {
    CHECK(set_handler(first, kSigUsr1, 0x401000) == 0);
    CHECK(set_handler(first, kSigUsr2, 0x401000, kSaRestart) == 0);
    const Tid second = thread(first);
    CHECK(futex(second, kWait, 0, 0) == kSleeps);
    CHECK(call(first, Sys::tgkill, first.value, second.value, kSigUsr1) == 0);
    CHECK(resume(second) == error(Errno::eintr));
    CHECK(signal(second)->signal == kSigUsr1);
    CHECK(futex(second, kWait, 0, 0) == kSleeps);
    CHECK(call(first, Sys::tgkill, first.value, second.value, kSigUsr2) == 0);
    CHECK(resume(second) == kAgain);
    CHECK(signal(second)->signal == kSigUsr2);
    CHECK(futex(second, kWait, 0, timespec(5, 0)) == kSleeps);
    kernel.tasks.write(second).blocked_signals = 0;
    CHECK(call(first, Sys::tgkill, first.value, second.value, kSigUsr2) == 0);
    CHECK(resume(second) == error(Errno::eintr));
}

TEST_CASE_FIXTURE(
    Threads,
    "a lock with priority inheritance is handed to the longest waiter, and only its owner unlocks it") {
    const Tid a = thread(first), b = thread(first);
    CHECK(futex(first, kLockPi, 0, 0) == 0);
    CHECK(get() == 2);
    CHECK(futex(first, kLockPi, 0, 0) == error(Errno::edeadlk));
    CHECK(futex(a, kTrylockPi, 0, 0) == error(Errno::eagain));
    CHECK(futex(a, kLockPi, 0, 0) == kSleeps);
    CHECK(futex(b, kLockPi, 0, 0) == kSleeps);
    CHECK(futex(b.value == 0 ? a : first, kWake, 1) == error(Errno::einval));
    CHECK(futex(first, kUnlockPi) == 0);
    CHECK(get() == (static_cast<std::uint32_t>(a.value) | 0x80000000));
    CHECK(resume(a) == 0);
    CHECK(futex(first, kUnlockPi) == error(Errno::eperm));
    CHECK(futex(a, kUnlockPi) == 0);
    CHECK(resume(b) == 0);
    CHECK(get() == static_cast<std::uint32_t>(b.value));
}

namespace {

struct RealTimeThreads : Threads {
    RealTimeThreads() { kernel.limits.realtime_priority = 50; }
    void set_priority(Tid tid, std::int32_t priority) {
        constexpr int kFifo = 1;
        REQUIRE(call(first, Sys::sched_setscheduler, tid.value, kFifo, store(first, priority)) == 0);
    }
    int lent(Tid tid) { return task(tid).lent_priority; }
    std::int64_t lock(Tid tid, std::uint64_t word, std::uint64_t deadline = 0) {
        return call(tid, Sys::futex, word, kLockPi, 0, deadline);
    }
    std::int64_t unlock(Tid tid, std::uint64_t word) { return call(tid, Sys::futex, word, kUnlockPi); }
};

}  // namespace

TEST_CASE_FIXTURE(RealTimeThreads,
                  "who holds a lock with priority inheritance runs with the priority of its highest waiter, "
                  "and gives it back with the lock") {
    const Tid a = thread(first), b = thread(first);
    set_priority(a, 10);
    set_priority(b, 20);
    CHECK(lock(first, kWord) == 0);
    CHECK(lock(a, kWord) == kSleeps);
    CHECK(lent(first) == 10);
    CHECK(lock(b, kWord) == kSleeps);
    CHECK(lent(first) == 20);
    CHECK(task(first).realtime_priority == 0);
    CHECK(call(first, Sys::sched_getscheduler, 0) == 0);  // what is lent is not shown
    CHECK(unlock(first, kWord) == 0);
    CHECK(lent(first) == 0);
    // The higher one gets it, though the other one has waited longer; and owes nothing to the lower one.
    CHECK(resume(b) == 0);
    CHECK(lent(b) == 10);
    CHECK(unlock(b, kWord) == 0);
    CHECK(resume(a) == 0);
}

TEST_CASE_FIXTURE(RealTimeThreads, "a priority is lent along a chain of locks") {
    const Tid a = thread(first), b = thread(first);
    set_priority(b, 30);
    CHECK(lock(first, kWord) == 0);
    CHECK(lock(a, kOther) == 0);
    CHECK(lock(a, kWord) == kSleeps);
    CHECK(lent(first) == 0);
    CHECK(lock(b, kOther) == kSleeps);
    CHECK(lent(a) == 30);
    CHECK(lent(first) == 30);
    set_priority(b, 40);  // as sched_setscheduler() of the sleeper by another thread
    CHECK(lent(first) == 40);
}

TEST_CASE_FIXTURE(RealTimeThreads, "a waiter that gives up lends its priority no more") {
    const Tid a = thread(first);
    set_priority(a, 10);
    CHECK(lock(first, kWord) == 0);
    CHECK(lock(a, kWord, timespec(kBootEpochSeconds + 9, 0)) == kSleeps);
    CHECK(lent(first) == 10);
    pass_time(9 * kSecond);
    CHECK(resume(a) == error(Errno::etimedout));
    CHECK(lent(first) == 0);
}

TEST_CASE_FIXTURE(
    RealTimeThreads,
    "an owner that ends hands its lock with priority inheritance to the highest waiter, marked OWNER_DIED") {
    const Tid owner = thread(first), low = thread(first);
    set_priority(first, 10);
    CHECK(lock(owner, kWord) == 0);
    CHECK(lock(low, kWord) == kSleeps);
    CHECK(lock(first, kWord) == kSleeps);
    CHECK(call(owner, Sys::exit, 0) == kEnds);
    CHECK(resume(first) == 0);
    CHECK(get() == (static_cast<std::uint32_t>(first.value) | 0xc0000000));
    CHECK(task(low).lock_owner == first);
}

TEST_CASE_FIXTURE(Threads, "two locks with priority inheritance that are taken crosswise: EDEADLK") {
    const Tid second = thread(first);
    CHECK(call(first, Sys::futex, kWord, kLockPi, 0, 0) == 0);
    CHECK(call(second, Sys::futex, kOther, kLockPi, 0, 0) == 0);
    CHECK(call(second, Sys::futex, kWord, kLockPi, 0, 0) == kSleeps);
    CHECK(call(first, Sys::futex, kOther, kLockPi, 0, 0) == error(Errno::edeadlk));
}

TEST_CASE_FIXTURE(Threads,
                  "a futex wait may end with 0 though nobody woke it, where spurious_percent is not 0") {
    const Tid second = thread(first);
    CHECK(futex(second, kWait, 0, 0) == kSleeps);
    wake_spuriously(kernel, second, &trace);
    CHECK(state(second) == TaskState::blocked);
    kernel.limits.spurious_wakeups = 1;
    CHECK(may_wake_spuriously(kernel, task(second)));
    wake_spuriously(kernel, second, &trace);
    CHECK(resume(second) == 0);
    CHECK(futex(first, kWake, 1) == 0);
    // Who waits for a lock with priority inheritance gets it, or an error: the kernel itself hands it on.
    set(0);
    CHECK(futex(first, kLockPi, 0, 0) == 0);
    CHECK(futex(second, kLockPi, 0, 0) == kSleeps);
    CHECK_FALSE(may_wake_spuriously(kernel, task(second)));
}

TEST_CASE_FIXTURE(Threads,
                  "a robust lock of a thread that ends is marked OWNER_DIED, and one waiter is woken") {
    const Tid second = thread(first), third = thread(first);
    // head: its first entry, the way to the word, none pending; the entry leads back to the head
    constexpr std::uint64_t kHead = Fixture::kBuffer + 256, kEntry = Fixture::kBuffer + 512;
    store(first, std::array<std::uint64_t, 3>{kEntry, kWord - kEntry, 0}, kHead);
    store(first, kHead, kEntry);
    CHECK(call(second, Sys::set_robust_list, kHead, 23) == error(Errno::einval));
    CHECK(call(second, Sys::set_robust_list, kHead, 24) == 0);
    set(static_cast<std::uint32_t>(second.value) | 0x80000000);
    CHECK(futex(third, kWait, get(), 0) == kSleeps);
    CHECK(call(second, Sys::exit, 0) == kEnds);
    CHECK(get() == 0xc0000000);
    CHECK(resume(third) == 0);
}

TEST_CASE_FIXTURE(Threads, "a thread's end clears its id and wakes who waits there, but not the process") {
    const Tid second = thread(first);
    CHECK(load<std::int32_t>(first, kId) == second.value);
    CHECK(call(first, Sys::futex, kId, kWait, second.value, 0) == kSleeps);
    CHECK(call(second, Sys::exit, 3) == kEnds);
    CHECK(load<std::int32_t>(first, kId) == 0);
    CHECK(resume(first) == 0);
    CHECK(!exists(second));
    CHECK(events(EventKind::forked).back().result == 1);
}

TEST_CASE_FIXTURE(Threads, "threads share the process id, and each has its own thread id and mask") {
    const Tid second = thread(first);
    CHECK(call(second, Sys::getpid) == first.value);
    CHECK(call(second, Sys::gettid) == second.value);
    block_signals(second, bits(kSigUsr1));
    CHECK(task(first).blocked_signals == 0);
    CHECK(call(second, Sys::tgkill, second.value, second.value, 0) == error(Errno::esrch));
}

TEST_CASE_FIXTURE(Threads, "exit_group and a fatal signal end all threads") {
    const Tid child = fork(first);
    const Tid second = thread(child);
    CHECK(call(second, Sys::futex, kOther, kWait, 0, 0) == kSleeps);
    CHECK(call(child, Sys::exit_group, 4) == kEnds);
    CHECK(!exists(second));
    CHECK(call(first, Sys::wait4, -1, kScratch, 0, 0) == child.value);
    CHECK(load<std::int32_t>(first, kScratch) == exited(4));

    const Tid other = fork(first);
    const Tid third = thread(other);
    CHECK(call(third, Sys::pause) == kSleeps);
    CHECK(call(other, Sys::pause) == kSleeps);
    CHECK(call(first, Sys::tgkill, other.value, third.value, kSigTerm) == 0);
    CHECK(resume(other) == kAgain);
    CHECK(!signal(other));
    CHECK(!exists(third));
    CHECK(process(other).wait_status == kSigTerm);
}

TEST_CASE_FIXTURE(
    Threads,
    "a process whose first thread has ended lives until the last one ends, and reports the first's status") {
    const Tid child = fork(first);
    const Tid second = thread(child);
    CHECK(call(child, Sys::exit, 7) == kEnds);
    CHECK(state(child) == TaskState::zombie);
    CHECK(call(first, Sys::wait4, -1, kScratch, 0, 0) == kSleeps);
    CHECK(call(second, Sys::exit, 1) == kEnds);
    CHECK(resume(first) == child.value);
    CHECK(load<std::int32_t>(first, kScratch) == exited(7));
}

TEST_CASE_FIXTURE(Threads, "a signal to a process goes to a thread that does not block it") {
    CHECK(set_handler(first, kSigUsr1, 0x401000) == 0);
    const Tid second = thread(first), third = thread(first);
    block_signals(first, bits(kSigUsr1));
    CHECK(call(second, Sys::pause) == kSleeps);
    CHECK(call(third, Sys::kill, first.value, kSigUsr1) == 0);
    CHECK(resume(second) == error(Errno::eintr));
    CHECK(signal(second)->signal == kSigUsr1);
    CHECK(!signal(third));
}

TEST_CASE_FIXTURE(Threads, "a thread that blocks a signal which waits for it leaves it to a sleeping one") {
    CHECK(set_handler(first, kSigUsr1, 0x401000) == 0);
    const Tid second = thread(first), third = thread(first);
    block_signals(second, bits(kSigUsr1));
    CHECK(call(third, Sys::pause) == kSleeps);
    CHECK(call(second, Sys::kill, first.value, kSigUsr1) == 0);  // the first thread is to take it
    CHECK(state(third) == TaskState::blocked);
    block_signals(first, bits(kSigUsr1));
    CHECK(resume(third) == error(Errno::eintr));
    CHECK(signal(third)->signal == kSigUsr1);
}

TEST_CASE_FIXTURE(Threads, "a stop signal stops all threads and SIGCONT resumes them") {
    const Tid child = fork(first);
    const Tid second = thread(child);
    call(child, Sys::setpgid, 0, 0);
    CHECK(call(second, Sys::futex, kOther, kWait, 0, 0) == kSleeps);
    CHECK(call(first, Sys::kill, child.value, kSigStop) == 0);
    CHECK(!signal(child));
    CHECK(state(child) == TaskState::stopped);
    CHECK(state(second) == TaskState::stopped);
    CHECK(call(first, Sys::kill, child.value, kSigCont) == 0);
    CHECK(state(child) == TaskState::ready);
    CHECK(resume(second) == kSleeps);
}

TEST_CASE_FIXTURE(Threads, "execve by any thread ends the others and goes on as the first") {
    const Tid child = fork(first);
    const Tid second = thread(child);
    path(child, "/bin/other");
    CHECK(call(second, Sys::execve, kScratch, 0, 0) == 0);
    CHECK(last.kind == Outcome::Kind::executed);
    CHECK(!exists(second));
    CHECK(state(child) == TaskState::running);
    CHECK(process(child).name == "other");
}

TEST_CASE_FIXTURE(Threads, "fork in a thread copies that thread only") {
    const Tid second = thread(first);
    const Tid child{call(second, Sys::fork)};
    CHECK(process(child).parent == pid(first));
    CHECK(call(child, Sys::gettid) == child.value);
    CHECK(call(child, Sys::exit, 0) == kEnds);
    CHECK(process(child).is_zombie);
}
