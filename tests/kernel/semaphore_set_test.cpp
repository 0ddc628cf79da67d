#include "tests/kernel/fixture.h"

namespace ipclab::kernel {

namespace {

constexpr std::int16_t kUndo = 0x1000, kNoWait = 04000;
constexpr int kGetPid = 11, kGetVal = 12, kGetAll = 13, kGetWaiting = 14, kGetWaitingZero = 15, kSetVal = 16,
              kSetAll = 17;

struct Sets : Fixture {
    struct Do {
        std::uint16_t number;
        std::int16_t change;
        std::int16_t flags = 0;
    };
    Tid self = first;
    std::int64_t set = call(first, Sys::semget, 0, 2, 0600);

    std::int64_t operate(Tid task, std::vector<Do> operations) {
        put(task, {reinterpret_cast<const char*>(operations.data()), operations.size() * sizeof(Do)});
        return call(task, Sys::semop, set, kBuffer, operations.size());
    }
    std::int64_t timed(Tid task, Do operation, std::int64_t seconds, std::int64_t ns) {
        store(task, operation, kBuffer);
        return call(task, Sys::semtimedop, set, kBuffer, 1, store(task, std::array{seconds, ns}));
    }
    std::int64_t value(int number = 0) { return control(number, kGetVal); }
    std::int64_t control(int number, int command, std::uint64_t argument = 0) {
        return call(self, Sys::semctl, set, number, command, argument);
    }
};

}  // namespace

TEST_CASE_FIXTURE(Sets, "a new set has values of 0; a wait takes effect once somebody has posted") {
    CHECK(value(0) == 0);
    const Tid child = fork(self);
    CHECK(operate(child, {{0, -1}}) == kSleeps);
    CHECK(describe_wait(kernel, child) ==
          "blocked in semop on semaphore set " + std::to_string(set) + " (values 0, 0)");
    CHECK(operate(self, {{0, 1}}) == 0);
    CHECK(value(0) == 0);  // carried out for the child already
    CHECK(resume(child) == 0);
}

TEST_CASE_FIXTURE(Sets, "semop(2): all operations or none") {
    CHECK(operate(self, {{0, 1}}) == 0);
    CHECK(operate(self, {{0, -1}, {1, -1, kNoWait}}) == error(Errno::eagain));
    CHECK(value(0) == 1);
    const Tid child = fork(self);
    CHECK(operate(child, {{0, -1}, {1, -1}}) == kSleeps);
    CHECK(value(0) == 1);
    CHECK(operate(self, {{0, -1}, {1, 1}}) == 0);  // others may take what the child waits for
    CHECK(state(child) == TaskState::blocked);
    CHECK(operate(self, {{0, 1}}) == 0);
    CHECK(resume(child) == 0);
    CHECK(value(0) == 0);
    CHECK(value(1) == 0);
}

TEST_CASE_FIXTURE(Sets, "an operation of 0 waits for the value 0") {
    CHECK(operate(self, {{0, 2}}) == 0);
    const Tid child = fork(self);
    CHECK(operate(child, {{0, 0}}) == kSleeps);
    CHECK(control(0, kGetWaitingZero) == 1);
    CHECK(operate(self, {{0, -1}}) == 0);
    CHECK(state(child) == TaskState::blocked);
    CHECK(operate(self, {{0, -1}}) == 0);
    CHECK(resume(child) == 0);
}

TEST_CASE_FIXTURE(Sets,
                  "waiters are served in the order of their coming; one that needs too much is passed over") {
    const Tid big = fork(self), small = fork(self), late = fork(self);
    CHECK(operate(big, {{0, -2}}) == kSleeps);
    CHECK(operate(small, {{0, -1}}) == kSleeps);
    CHECK(operate(late, {{0, -1}}) == kSleeps);
    CHECK(control(0, kGetWaiting) == 3);
    CHECK(operate(self, {{0, 1}}) == 0);
    CHECK(state(big) == TaskState::blocked);
    CHECK(state(small) == TaskState::ready);
    CHECK(state(late) == TaskState::blocked);
}

TEST_CASE_FIXTURE(Sets, "SEM_UNDO takes back what a process did, when it ends") {
    CHECK(control(0, kSetVal, 1) == 0);
    const Tid child = fork(self);
    CHECK(operate(child, {{0, -1, kUndo}}) == 0);
    CHECK(value(0) == 0);
    CHECK(operate(self, {{0, -1}}) == kSleeps);
    CHECK(call(child, Sys::exit_group, 0) == kEnds);
    CHECK(resume(self) == 0);
    CHECK(value(0) == 0);
}

TEST_CASE_FIXTURE(Sets, "a child does not inherit what its parent has to undo") {
    CHECK(control(0, kSetVal, 1) == 0);
    CHECK(operate(self, {{0, -1, kUndo}}) == 0);
    const Tid child = fork(self);
    CHECK(call(child, Sys::exit_group, 0) == kEnds);
    CHECK(value(0) == 0);
}

TEST_CASE_FIXTURE(Sets, "an undo stops at 0") {
    const Tid child = fork(self);
    CHECK(operate(child, {{0, 3, kUndo}}) == 0);
    CHECK(operate(self, {{0, -2}}) == 0);
    CHECK(call(child, Sys::exit_group, 0) == kEnds);
    CHECK(value(0) == 0);
}

TEST_CASE_FIXTURE(Sets, "SETVAL and SETALL make what was to be undone meaningless, and serve waiters") {
    const Tid child = fork(self), other = fork(self);
    CHECK(operate(child, {{0, 1, kUndo}}) == 0);
    CHECK(control(0, kSetVal, 5) == 0);
    CHECK(operate(other, {{1, -4}}) == kSleeps);
    put(self, std::string_view("\5\0\7\0", 4));
    CHECK(control(0, kSetAll, kBuffer) == 0);
    CHECK(resume(other) == 0);
    CHECK(call(child, Sys::exit_group, 0) == kEnds);
    CHECK(value(0) == 5);
    CHECK(value(1) == 3);
    CHECK(control(0, kGetAll, kBuffer) == 0);
    CHECK(get(self, 4) == std::string_view("\5\0\3\0", 4));
}

TEST_CASE_FIXTURE(Sets, "GETPID tells who operated last") {
    const Tid child = fork(self);
    CHECK(operate(child, {{0, 1}}) == 0);
    CHECK(control(0, kGetPid) == child.value);
    CHECK(control(1, kGetPid) == 0);
}

TEST_CASE_FIXTURE(Sets, "semtimedop(2) gives up with EAGAIN when the time is over") {
    CHECK(timed(self, {0, -1}, 1, 0) == kSleeps);
    pass_time(kSecond);
    CHECK(resume(self) == error(Errno::eagain));
    CHECK(kernel.sysv.semaphores[SemaphoreSetId{set}].wishes.empty());
    CHECK(timed(self, {0, -1}, 0, 1'000'000'000) == error(Errno::einval));
}

TEST_CASE_FIXTURE(Sets, "a handler ends the wait with EINTR, even with SA_RESTART") {
    constexpr std::uint64_t kRestart = 0x10000000;
    CHECK(set_handler(self, kSigUsr1, 0x400000, kRestart) == 0);
    const Tid child = fork(self);
    CHECK(operate(child, {{0, -1}}) == kSleeps);
    CHECK(call(self, Sys::kill, child.value, kSigUsr1) == 0);
    CHECK(resume(child) == error(Errno::eintr));
    CHECK(operate(self, {{0, 1}}) == 0);
    CHECK(value(0) == 1);  // nothing is done for who has stopped waiting
}

TEST_CASE_FIXTURE(Sets, "what a waiting task asked for is not changed by its memory") {
    const Tid child = fork(self);
    CHECK(operate(child, {{0, -1}}) == kSleeps);
    store(child, Do{9999, -1}, kBuffer);
    CHECK(operate(self, {{0, 1}}) == 0);
    CHECK(resume(child) == 0);
}

TEST_CASE_FIXTURE(Sets, "removing a set wakes whoever waits, with EIDRM") {
    const Tid child = fork(self);
    CHECK(operate(child, {{0, -1}}) == kSleeps);
    CHECK(control(0, 0) == 0);
    CHECK(resume(child) == error(Errno::eidrm));
    CHECK(operate(self, {{0, 1}}) == error(Errno::einval));
}

TEST_CASE_FIXTURE(
    Sets, "numbers outside the set, too many operations and too large values have errors of their own") {
    CHECK(operate(self, {{2, 1}}) == error(Errno::efbig));
    CHECK(call(self, Sys::semop, set, kBuffer, 0) == error(Errno::einval));
    CHECK(call(self, Sys::semop, set, kBuffer, 501) == error(Errno::e2big));
    CHECK(call(self, Sys::semop, set, kBadAddress, 1) == error(Errno::efault));
    CHECK(operate(self, {{0, 32'767}}) == 0);
    CHECK(operate(self, {{0, 1}}) == error(Errno::erange));
    CHECK(control(0, kSetVal, 32'768) == error(Errno::erange));
    CHECK(control(2, kGetVal) == error(Errno::einval));
    CHECK(call(self, Sys::semget, 0, 0, 0600) == error(Errno::einval));
    CHECK(call(self, Sys::semget, 0, 32'001, 0600) == error(Errno::einval));
}

TEST_CASE_FIXTURE(Sets, "semget(2): an existing set must be large enough") {
    const std::int64_t made = call(self, Sys::semget, 5, 3, 01600);
    CHECK(call(self, Sys::semget, 5, 4, 0) == error(Errno::einval));
    CHECK(call(self, Sys::semget, 5, 0, 0) == made);
}

TEST_CASE_FIXTURE(Sets,
                  "signal(7): a wait that is stopped and continued ends with EINTR, without any handler") {
    const Tid child = fork(self);
    CHECK(operate(child, {{0, -1}}) == kSleeps);
    CHECK(call(self, Sys::kill, child.value, kSigStop) == 0);
    CHECK(resume(child) == error(Errno::eintr));
    take_signal(kernel, child, &trace);
    CHECK(state(child) == TaskState::stopped);
    CHECK(operate(self, {{0, 1}}) == 0);
    CHECK(call(self, Sys::kill, child.value, kSigCont) == 0);
    CHECK(value() == 1);
    CHECK(control(0, kGetWaiting) == 0);
}

}  // namespace ipclab::kernel
