#include "kernel/cpu_timer.h"
#include "tests/kernel/fixture.h"

namespace ipclab::kernel {

namespace {

constexpr int kOther = 0, kFifo = 1, kRr = 2, kBatch = 3, kIdlePolicy = 5, kResetOnFork = 0x40000000;

BootOptions real_time_allowed() {
    BootOptions options = Fixture::default_options();
    options.limits.realtime_priority = 50;
    options.limits.cpus = 2;
    return options;
}

struct Scheduling : Fixture {
    Tid self = first;
    Scheduling() : Fixture(real_time_allowed()) {}
    std::int64_t set(Tid tid, int policy, std::int32_t priority) {
        return call(self, Sys::sched_setscheduler, tid.value, policy, store(self, priority));
    }
    std::int64_t policy_of(Tid tid) { return call(self, Sys::sched_getscheduler, tid.value); }
};

}  // namespace

TEST_CASE_FIXTURE(
    Scheduling,
    "sched_setscheduler: priorities from 1 to 99 for the real-time policies, 0 for the others: EINVAL") {
    CHECK(policy_of(self) == kOther);
    CHECK(set(self, kFifo, 0) == error(Errno::einval));
    CHECK(set(self, kFifo, 100) == error(Errno::einval));
    CHECK(set(self, kOther, 1) == error(Errno::einval));
    CHECK(set(self, 4, 0) == error(Errno::einval));
    CHECK(set(self, -1, 0) == error(Errno::einval));
    CHECK(set(self, kFifo, 50) == 0);
    CHECK(policy_of(self) == kFifo);
    CHECK(call(self, Sys::sched_getparam, 0, kBuffer) == 0);
    CHECK(load<std::int32_t>(self, kBuffer) == 50);
    CHECK(set(self, kBatch, 0) == 0);
    CHECK(set(self, kIdlePolicy, 0) == 0);
    CHECK(set(self, kRr, 1) == 0);
    CHECK(call(self, Sys::sched_setparam, 0, store(self, std::int32_t{7})) == 0);
    CHECK(kernel.tasks[self].realtime_priority == 7);
}

TEST_CASE_FIXTURE(Scheduling,
                  "sched_setscheduler: no such task ESRCH, a negative one EINVAL, no parameters EINVAL, a "
                  "bad address EFAULT") {
    CHECK(set(Tid{99}, kOther, 0) == error(Errno::esrch));
    CHECK(set(Tid{-1}, kOther, 0) == error(Errno::einval));
    CHECK(call(self, Sys::sched_setscheduler, 0, kOther, 0) == error(Errno::einval));
    CHECK(call(self, Sys::sched_setscheduler, 0, kOther, 8) == error(Errno::efault));
    CHECK(call(self, Sys::sched_getscheduler, 99) == error(Errno::esrch));
    CHECK(call(self, Sys::sched_getparam, 0, 0) == error(Errno::einval));
}

TEST_CASE_FIXTURE(Scheduling,
                  "sched(7): RLIMIT_RTPRIO is the highest priority that may be asked for: EPERM") {
    CHECK(set(self, kFifo, 51) == error(Errno::eperm));
    CHECK(set(self, kRr, 50) == 0);
    Fixture without;
    CHECK(without.call(without.first, Sys::sched_setscheduler, 0, kFifo,
                       without.store(without.first, std::int32_t{1})) == error(Errno::eperm));
}

TEST_CASE_FIXTURE(
    Scheduling,
    "a child inherits policy and priority, but not with SCHED_RESET_ON_FORK, which cannot be taken back") {
    CHECK(set(self, kFifo, 20) == 0);
    const Tid child = fork(self);
    CHECK(policy_of(child) == kFifo);
    CHECK(kernel.tasks[child].realtime_priority == 20);
    CHECK(set(self, kFifo | kResetOnFork, 20) == 0);
    CHECK(policy_of(self) == (kFifo | kResetOnFork));
    const Tid plain = fork(self);
    CHECK(policy_of(plain) == kOther);
    CHECK(set(self, kFifo, 20) == error(Errno::eperm));
}

TEST_CASE_FIXTURE(Scheduling,
                  "sched_get_priority_max and _min give 99 and 1 for real-time policies, 0 for the others") {
    CHECK(call(self, Sys::sched_get_priority_max, kFifo) == 99);
    CHECK(call(self, Sys::sched_get_priority_min, kRr) == 1);
    CHECK(call(self, Sys::sched_get_priority_max, kOther) == 0);
    CHECK(call(self, Sys::sched_get_priority_max, 4) == error(Errno::einval));
}

TEST_CASE_FIXTURE(Scheduling, "sched_rr_get_interval: a tenth of a second for SCHED_RR, 0 for SCHED_FIFO") {
    CHECK(set(self, kRr, 1) == 0);
    CHECK(call(self, Sys::sched_rr_get_interval, 0, kBuffer) == 0);
    CHECK(load<std::array<std::int64_t, 2>>(self, kBuffer) == std::array<std::int64_t, 2>{0, 100'000'000});
    CHECK(set(self, kFifo, 1) == 0);
    CHECK(call(self, Sys::sched_rr_get_interval, 0, kBuffer) == 0);
    CHECK(load<std::array<std::int64_t, 2>>(self, kBuffer) == std::array<std::int64_t, 2>{0, 0});
}

TEST_CASE_FIXTURE(Scheduling,
                  "sched_setaffinity: EINVAL without a CPU that exists; the mask that is left is read back") {
    CHECK(call(self, Sys::sched_setaffinity, 0, 8, store(self, std::uint64_t{4})) == error(Errno::einval));
    CHECK(call(self, Sys::sched_setaffinity, 0, 8, store(self, std::uint64_t{6})) == 0);
    CHECK(call(self, Sys::sched_getaffinity, 0, 8, kBuffer) == 8);
    CHECK(load<std::uint64_t>(self, kBuffer) == 2);
    CHECK(call(self, Sys::sched_getaffinity, 1, 8, kBuffer) == 8);
    CHECK(load<std::uint64_t>(self, kBuffer) == 3);
    CHECK(call(self, Sys::sched_setaffinity, 99, 8, kScratch) == error(Errno::esrch));
    CHECK(call(self, Sys::sched_getaffinity, 0, 7, kBuffer) == error(Errno::einval));
}

TEST_CASE_FIXTURE(Scheduling,
                  "setrlimit: the soft limit may rise up to the hard one, the hard one may only fall") {
    using Pair = std::array<std::uint64_t, 2>;
    constexpr int kOpenFiles = 7;
    CHECK(call(self, Sys::getrlimit, kOpenFiles, kBuffer) == 0);
    CHECK(load<Pair>(self, kBuffer) == Pair{1024, 1024});
    CHECK(call(self, Sys::setrlimit, kOpenFiles, store(self, Pair{5, 10})) == 0);
    CHECK(call(self, Sys::dup, 0) == 3);
    CHECK(call(self, Sys::dup, 0) == 4);
    CHECK(call(self, Sys::dup, 0) == error(Errno::emfile));
    CHECK(call(self, Sys::setrlimit, kOpenFiles, store(self, Pair{10, 10})) == 0);
    CHECK(call(self, Sys::dup, 0) == 5);
    CHECK(call(self, Sys::setrlimit, kOpenFiles, store(self, Pair{10, 11})) == error(Errno::eperm));
    CHECK(call(self, Sys::setrlimit, kOpenFiles, store(self, Pair{9, 8})) == error(Errno::einval));
    CHECK(call(self, Sys::setrlimit, 16, store(self, Pair{1, 1})) == error(Errno::einval));
    const Tid child = fork(self);
    CHECK(call(child, Sys::prlimit64, 0, kOpenFiles, 0, kBuffer) == 0);
    CHECK(load<Pair>(child, kBuffer) == Pair{10, 10});
}

TEST_CASE_FIXTURE(
    Scheduling,
    "setrlimit: above RLIMIT_FSIZE a write raises SIGXFSZ, and gives EFBIG where that is ignored") {
    using Pair = std::array<std::uint64_t, 2>;
    CHECK(call(self, Sys::setrlimit, 1, store(self, Pair{10, 100})) == 0);
    CHECK(set_handler(self, kSigXfsz, kSigIgn) == 0);
    const Fd fd = static_cast<Fd>(open(self, "/tmp/a", kOCreat | kORdWr));
    CHECK(write(self, fd, "0123456789abc") == 10);
    CHECK(write(self, fd, "d") == error(Errno::efbig));
    CHECK(set_handler(self, kSigXfsz, kSigDfl) == 0);
    CHECK(write(self, fd, "d") == error(Errno::efbig));
    CHECK((kernel.tasks[self].pending.set & signal_bit(kSigXfsz)) != 0);
}

TEST_CASE_FIXTURE(Scheduling,
                  "setrlimit: at RLIMIT_NPROC fork gives EAGAIN, with RLIMIT_NICE a nice value may fall") {
    using Pair = std::array<std::uint64_t, 2>;
    CHECK(call(self, Sys::setrlimit, 6, store(self, Pair{2, 512})) == 0);
    fork(self);
    CHECK(call(self, Sys::fork) == error(Errno::eagain));
    CHECK(call(self, Sys::setpriority, 0, 0, 5) == 0);
    CHECK(call(self, Sys::setpriority, 0, 0, 4) == error(Errno::eacces));
}

TEST_CASE_FIXTURE(
    Scheduling,
    "ITIMER_VIRTUAL and ITIMER_PROF count CPU time only: SIGVTALRM, SIGPROF, again after the interval") {
    using Timer = std::array<std::int64_t, 4>;
    CHECK(set_handler(self, kSigVtalrm, 4096) == 0);
    CHECK(set_handler(self, kSigProf, 4096) == 0);
    CHECK(call(self, Sys::setitimer, 1, store(self, Timer{0, 20'000, 0, 10'000}), 0) == 0);
    CHECK(call(self, Sys::setitimer, 2, store(self, Timer{0, 0, 0, 30'000}), 0) == 0);
    pass_time(kSecond);  // asleep
    expire_cpu_timers(kernel, self, &trace);
    CHECK(kernel.processes[Pid{self.value}].pending.set == 0);
    kernel.tasks.write(self).cpu_time_ns = 10 * kMillisecond;
    expire_cpu_timers(kernel, self, &trace);
    CHECK(kernel.processes[Pid{self.value}].pending.set == signal_bit(kSigVtalrm));
    CHECK(call(self, Sys::getitimer, 2, kBuffer) == 0);
    CHECK(load<Timer>(self, kBuffer) == Timer{0, 0, 0, 20'000});
    CHECK(signal(self)->signal == kSigVtalrm);
    kernel.tasks.write(self).cpu_time_ns = 29 * kMillisecond;
    expire_cpu_timers(kernel, self, &trace);
    CHECK(kernel.processes[Pid{self.value}].pending.set == 0);
    kernel.tasks.write(self).cpu_time_ns = 30 * kMillisecond;
    expire_cpu_timers(kernel, self, &trace);
    CHECK(kernel.processes[Pid{self.value}].pending.set == (signal_bit(kSigProf) | signal_bit(kSigVtalrm)));
    CHECK(call(self, Sys::getitimer, 1, kBuffer) == 0);
    CHECK(load<Timer>(self, kBuffer) == Timer{0, 20'000, 0, 20'000});
}

TEST_CASE_FIXTURE(
    Scheduling, "RLIMIT_CPU: SIGXCPU at the soft limit and every second after it, SIGKILL at the hard one") {
    using Pair = std::array<std::uint64_t, 2>;
    const Pid pid{self.value};
    CHECK(set_handler(self, kSigXcpu, 4096) == 0);
    CHECK(call(self, Sys::setrlimit, 0, store(self, Pair{1, 3})) == 0);
    const auto at = [&](Time seconds) {
        kernel.tasks.write(self).cpu_time_ns = seconds * kSecond;
        expire_cpu_timers(kernel, self, &trace);
    };
    at(1);
    CHECK(kernel.processes[pid].pending.set == signal_bit(kSigXcpu));
    CHECK(signal(self)->signal == kSigXcpu);
    block_signals(self, 0);
    at(2);
    CHECK(signal(self)->signal == kSigXcpu);
    at(3);
    CHECK(kernel.processes[pid].death_cause == kSigKill);
}

TEST_CASE_FIXTURE(Scheduling, "prctl: a process's name is cut at 15 bytes; a fork keeps it") {
    const auto set_name = [&](std::string_view name) { return call(self, Sys::prctl, 15, path(self, name)); };
    CHECK(set_name("a name that is too long") == 0);
    const Tid child = fork(self);
    CHECK(call(child, Sys::prctl, 16, kBuffer) == 0);
    CHECK(get(child, 16) == std::string("a name that is \0", 16));
    CHECK(kernel.processes[Pid{self.value}].name == "a name that is ");
    CHECK(call(self, Sys::prctl, 15, 8) == error(Errno::efault));
    CHECK(call(self, Sys::prctl, 9999) == error(Errno::einval));
}

TEST_CASE_FIXTURE(
    Scheduling,
    "prctl: PR_SET_PDEATHSIG sends its signal when the parent ends; a child does not inherit it") {
    const Tid child = fork(self), grandchild = fork(child);
    set_handler(grandchild, kSigUsr1, 4096);
    CHECK(call(grandchild, Sys::prctl, 1, kSigUsr1) == 0);
    CHECK(call(grandchild, Sys::prctl, 1, 65) == error(Errno::einval));
    const Tid below = fork(grandchild);
    CHECK(call(below, Sys::prctl, 2, kBuffer) == 0);
    CHECK(load<std::int32_t>(below, kBuffer) == 0);
    call(child, Sys::exit_group, 0);
    CHECK(kernel.processes[Pid{grandchild.value}].pending.set == signal_bit(kSigUsr1));
}

TEST_CASE_FIXTURE(
    Scheduling,
    "prctl: a subreaper adopts the orphans below it, and can wait for them; init gets the others") {
    const Tid child = fork(self), grandchild = fork(child), other = fork(self);
    CHECK(call(self, Sys::prctl, 36, 1) == 0);
    const Tid below = fork(other);
    call(child, Sys::exit_group, 0);
    CHECK(kernel.processes[Pid{grandchild.value}].parent == Pid{self.value});
    CHECK(call(self, Sys::wait4, child.value, 0, 0, 0) == child.value);
    call(grandchild, Sys::exit_group, 7);
    CHECK(call(self, Sys::wait4, grandchild.value, kBuffer, 0, 0) == grandchild.value);
    CHECK(load<std::int32_t>(self, kBuffer) == 7 << 8);
    // A zombie is adopted, too.
    call(below, Sys::exit_group, 3);
    call(other, Sys::exit_group, 0);
    CHECK(call(self, Sys::wait4, below.value, kBuffer, 0, 0) == below.value);
    CHECK(kernel.processes[Pid{self.value}].is_subreaper);
}

TEST_CASE_FIXTURE(Scheduling,
                  "sigaltstack: ENOMEM where it is small, EINVAL for wrong flags, and the old one is told; "
                  "execve forgets it") {
    using Stack = std::array<std::uint64_t, 3>;
    CHECK(call(self, Sys::sigaltstack, store(self, Stack{0x100000, 0, 2047}), 0) == error(Errno::enomem));
    CHECK(call(self, Sys::sigaltstack, store(self, Stack{0x100000, 4, 8192}), 0) == error(Errno::einval));
    CHECK(call(self, Sys::sigaltstack, 0, kBuffer) == 0);
    CHECK(load<Stack>(self, kBuffer) == Stack{0, 2, 0});  // SS_DISABLE
    CHECK(call(self, Sys::sigaltstack, store(self, Stack{0x100000, 0, 8192}), 0) == 0);
    CHECK(call(self, Sys::sigaltstack, 0, kBuffer) == 0);
    CHECK(load<Stack>(self, kBuffer) == Stack{0x100000, 0, 8192});
    const Tid child = fork(self);
    CHECK(kernel.tasks[child].alternate_stack.bytes == 8192);
    CHECK(call(self, Sys::sigaltstack, store(self, Stack{0, 2, 0}), 0) == 0);
    CHECK(kernel.tasks[self].alternate_stack.bytes == 0);
}

TEST_CASE_FIXTURE(Scheduling, "sigaltstack: not while a handler runs on it: EPERM") {
    using Stack = std::array<std::uint64_t, 3>;
    CHECK(call(self, Sys::sigaltstack, store(self, Stack{0x100000, 0, 8192}), 0) == 0);
    kernel.tasks.write(self).alternate_stack.stack_pointer = 0x101000;
    CHECK(call(self, Sys::sigaltstack, store(self, Stack{0, 2, 0}), 0) == error(Errno::eperm));
    CHECK(call(self, Sys::sigaltstack, 0, kBuffer) == 0);
    CHECK(load<Stack>(self, kBuffer)[1] == 1);  // SS_ONSTACK
}

}  // namespace ipclab::kernel
