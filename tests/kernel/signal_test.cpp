#include "tests/kernel/fixture.h"

namespace ipclab::kernel {

namespace {
constexpr std::uint64_t kHandler = 0x401000;
}

TEST_CASE_FIXTURE(Fixture, "the default action of most signals ends the process, and wait says by which") {
    const Tid child = fork(first);
    CHECK(call(first, Sys::kill, child.value, kSigTerm) == 0);
    CHECK(!signal(child));
    CHECK(state(child) == TaskState::zombie);
    CHECK(call(first, Sys::wait4, -1, kBuffer, 0, 0) == child.value);
    CHECK(load<std::int32_t>(first, kBuffer) == kSigTerm);
}

TEST_CASE_FIXTURE(Fixture,
                  "a handler is called with the signal blocked, and the mask comes back afterwards") {
    set_handler(first, kSigUsr1, kHandler, 0, bits(kSigUsr2));
    call(first, Sys::kill, first.value, kSigUsr1);
    const auto handler = signal(first);
    REQUIRE(handler);
    CHECK(handler->action.handler == kHandler);
    CHECK(handler->info.sender == pid(first));
    CHECK(task(first).blocked_signals == bits(kSigUsr1, kSigUsr2));
    CHECK(handler->mask_to_restore == 0);
    call(first, Sys::kill, first.value, kSigUsr1);
    CHECK(!signal(first));  // it waits until the handler is done
    return_from_handler(kernel, first, handler->mask_to_restore, kSigUsr1, &trace);
    CHECK(signal(first));
}

TEST_CASE_FIXTURE(Fixture, "SA_NODEFER lets a handler be interrupted by its own signal") {
    set_handler(first, kSigUsr1, kHandler, kSaNoDefer);
    call(first, Sys::kill, first.value, kSigUsr1);
    CHECK(signal(first));
    CHECK(task(first).blocked_signals == 0);
}

TEST_CASE_FIXTURE(Fixture, "SA_RESETHAND gives the handler one signal only") {
    set_handler(first, kSigUsr1, kHandler, kSaResetHand);
    call(first, Sys::kill, first.value, kSigUsr1);
    const auto handler = signal(first);
    REQUIRE(handler);
    CHECK(handler->action.handler == kHandler);
    CHECK((*process(first).actions)[kSigUsr1].handler == kSigDfl);
}

TEST_CASE_FIXTURE(Fixture,
                  "standard signals coalesce while they are pending, real-time signals queue in order") {
    set_handler(first, kSigUsr1, kHandler);
    set_handler(first, 40, kHandler, kSaNoDefer);
    block_signals(first, bits(kSigUsr1, 40));
    for (int i = 0; i < 3; ++i) {
        call(first, Sys::kill, first.value, kSigUsr1);
        call(first, Sys::kill, first.value, 40);
    }
    block_signals(first, 0);
    CHECK(signal(first)->signal == kSigUsr1);
    block_signals(first, 0);
    for (int i = 0; i < 3; ++i) CHECK(signal(first)->signal == 40);
    CHECK(!signal(first));
}

TEST_CASE_FIXTURE(Fixture, "of several pending signals the lowest is delivered first") {
    for (int number : {kSigTerm, kSigUsr1, kSigHup}) set_handler(first, number, kHandler);
    block_signals(first, ~0ull);
    for (int number : {kSigTerm, kSigUsr1, kSigHup}) call(first, Sys::kill, first.value, number);
    block_signals(first, 0);
    CHECK(signal(first)->signal == kSigHup);
    CHECK(signal(first)->signal == kSigUsr1);
    CHECK(signal(first)->signal == kSigTerm);
}

TEST_CASE_FIXTURE(Fixture, "an ignored signal is dropped, but stays pending while it is blocked") {
    set_handler(first, kSigUsr1, kSigIgn);
    call(first, Sys::kill, first.value, kSigUsr1);
    CHECK(!has_deliverable_signal(kernel, first));
    block_signals(first, bits(kSigUsr1));
    call(first, Sys::kill, first.value, kSigUsr1);
    CHECK(call(first, Sys::rt_sigpending, kBuffer, 8) == 0);
    CHECK(load<SignalMask>(first, kBuffer) == bits(kSigUsr1));
}

TEST_CASE_FIXTURE(Fixture, "setting a signal to be ignored discards it where it is pending") {
    block_signals(first, bits(kSigUsr1));
    call(first, Sys::kill, first.value, kSigUsr1);
    set_handler(first, kSigUsr1, kSigIgn);
    CHECK(process(first).pending.set == 0);
}

TEST_CASE_FIXTURE(Fixture, "SIGKILL and SIGSTOP can be neither caught, nor ignored, nor blocked") {
    for (int number : {kSigKill, kSigStop}) {
        CHECK(set_handler(first, number, kHandler) == error(Errno::einval));
        CHECK(set_handler(first, number, kSigIgn) == error(Errno::einval));
    }
    block_signals(first, ~0ull);
    CHECK(task(first).blocked_signals == (~0ull & ~bits(kSigKill, kSigStop)));
    const Tid child = fork(first);
    call(first, Sys::kill, child.value, kSigKill);
    signal(child);
    CHECK(state(child) == TaskState::zombie);
}

TEST_CASE_FIXTURE(Fixture, "SIGKILL ends a stopped process, SIGTERM waits until it goes on") {
    const Tid child = fork(first);
    call(first, Sys::kill, child.value, kSigStop);
    signal(child);
    call(first, Sys::kill, child.value, kSigTerm);
    CHECK(state(child) == TaskState::stopped);
    SUBCASE("continued") {
        call(first, Sys::kill, child.value, kSigCont);
    }
    SUBCASE("killed") {
        call(first, Sys::kill, child.value, kSigKill);
    }
    CHECK(state(child) == TaskState::ready);
    signal(child);
    CHECK(state(child) == TaskState::zombie);
}

TEST_CASE_FIXTURE(Fixture, "a stop signal discards a pending SIGCONT and the other way round") {
    const Tid child = fork(first);
    block_signals(child, bits(kSigTstp, kSigCont));
    call(first, Sys::kill, child.value, kSigTstp);
    CHECK(process(child).pending.set == bits(kSigTstp));
    call(first, Sys::kill, child.value, kSigCont);
    CHECK(process(child).pending.set == bits(kSigCont));
    call(first, Sys::kill, child.value, kSigTstp);
    CHECK(process(child).pending.set == bits(kSigTstp));
}

TEST_CASE_FIXTURE(Fixture, "a process that is stopped in a call goes on with the call") {
    const PipeEnds ends = pipe(first);
    const Tid child = fork(first);
    CHECK(read(child, ends.read, 1) == kSleeps);
    call(first, Sys::kill, child.value, kSigStop);
    CHECK(resume(child) == kSleeps);
    CHECK(state(child) == TaskState::stopped);
    CHECK(write(first, ends.write, "x") == 1);
    CHECK(state(child) == TaskState::stopped);
    call(first, Sys::kill, child.value, kSigCont);
    CHECK(resume(child) == 1);
}

TEST_CASE_FIXTURE(Fixture, "SIGTSTP does not stop a process of an orphaned process group") {
    const Tid child = fork(first);
    call(child, Sys::setsid);
    call(first, Sys::kill, child.value, kSigTstp);
    signal(child);
    CHECK(state(child) == TaskState::running);
    call(first, Sys::kill, first.value, kSigTstp);
    signal(first);
    CHECK(state(first) == TaskState::stopped);  // the first process is a job of a shell
}

TEST_CASE_FIXTURE(Fixture, "behind a signal that is ignored at last another one still ends a sleeping call") {
    const PipeEnds ends = pipe(first);
    const Tid child = fork(first);
    call(child, Sys::setsid);  // its group is orphaned: SIGTSTP, which has the lower number, does not stop it
    SUBCASE("by its handler") {
        set_handler(child, kSigVtalrm, kHandler);
        CHECK(read(child, ends.read, 1) == kSleeps);
        call(first, Sys::kill, child.value, kSigTstp);
        call(first, Sys::kill, child.value, kSigVtalrm);
        CHECK(resume(child) == error(Errno::eintr));
        const auto handler = signal(child);
        REQUIRE(handler);
        CHECK(handler->signal == kSigVtalrm);
    }
    SUBCASE("by killing") {
        CHECK(read(child, ends.read, 1) == kSleeps);
        call(first, Sys::kill, child.value, kSigTstp);
        call(first, Sys::kill, child.value, kSigVtalrm);
        resume(child);
        signal(child);
        CHECK(state(child) == TaskState::zombie);
    }
}

TEST_CASE_FIXTURE(Fixture, "a stopped member of a group that becomes orphaned gets SIGHUP and SIGCONT") {
    const Tid leader = fork(first), member = fork(leader);
    call(leader, Sys::setpgid, member.value, member.value);
    call(leader, Sys::kill, member.value, kSigStop);
    signal(member);
    call(leader, Sys::exit_group, 0);
    CHECK(state(member) == TaskState::ready);
    signal(member);
    CHECK(!exists(member));
}

TEST_CASE_FIXTURE(Fixture, "kill names a process, its own group, another group, or everybody else") {
    const Tid a = fork(first), b = fork(first);
    call(first, Sys::setpgid, b.value, b.value);
    set_handler(first, kSigUsr1, kHandler);
    SUBCASE("0: the caller's group, itself included") {
        CHECK(call(first, Sys::kill, 0, kSigUsr1) == 0);
        CHECK(process(first).pending.set == bits(kSigUsr1));
        CHECK(has_deliverable_signal(kernel, a));
        CHECK(!has_deliverable_signal(kernel, b));
    }
    SUBCASE("a negative number: that group") {
        CHECK(call(first, Sys::kill, -b.value, kSigUsr1) == 0);
        CHECK(!has_deliverable_signal(kernel, a));
        CHECK(has_deliverable_signal(kernel, b));
    }
    SUBCASE("-1: everybody but init and, on Linux, the caller") {
        CHECK(call(first, Sys::kill, -1, kSigUsr1) == 0);
        CHECK(process(first).pending.set == 0);
        CHECK(has_deliverable_signal(kernel, a));
        CHECK(has_deliverable_signal(kernel, b));
    }
    SUBCASE("errors") {
        CHECK(call(first, Sys::kill, 99, kSigUsr1) == error(Errno::esrch));
        CHECK(call(first, Sys::kill, 99, 77) == error(Errno::esrch));
        CHECK(call(first, Sys::kill, a.value, 77) == error(Errno::einval));
        CHECK(call(first, Sys::kill, -99, 77) == error(Errno::esrch));
        CHECK(call(first, Sys::kill, 1, 0) == error(Errno::eperm));
        CHECK(call(first, Sys::kill, INT32_MIN, 0) == error(Errno::esrch));
        CHECK(call(first, Sys::kill, a.value, 0) == 0);
        CHECK(!has_deliverable_signal(kernel, a));
    }
}

TEST_CASE_FIXTURE(Fixture, "the first fatal signal decides how a process ends, even if a lower one follows") {
    const Tid child = fork(first);
    call(first, Sys::kill, child.value, kSigTerm);
    call(first, Sys::kill, child.value, kSigHup);
    signal(child);
    call(first, Sys::wait4, -1, kBuffer, 0, 0);
    CHECK(load<std::int32_t>(first, kBuffer) == kSigTerm);
}

TEST_CASE_FIXTURE(Fixture, "what is due when the time of day would not fit any more never comes") {
    const std::array<std::int64_t, 2> centuries{7'600'000'000, 0};
    CHECK(call(first, Sys::nanosleep, store(first, centuries), 0) == kSleeps);
    CHECK(next_deadline(kernel) == kNever);
}

TEST_CASE_FIXTURE(Fixture, "wait is interrupted by a handler: EINTR, or again with SA_RESTART") {
    std::uint64_t flags = 0;
    SUBCASE("without") {}
    SUBCASE("with SA_RESTART") {
        flags = kSaRestart;
    }
    set_handler(first, kSigUsr1, kHandler, flags);
    const Tid child = fork(first);
    CHECK(call(first, Sys::wait4, -1, 0, 0, 0) == kSleeps);
    call(child, Sys::kill, first.value, kSigUsr1);
    CHECK(resume(first) == (flags ? kAgain : error(Errno::eintr)));
    CHECK(trace.events.back().result == (flags ? -512 : error(Errno::eintr)));
    CHECK(signal(first));
}

TEST_CASE_FIXTURE(Fixture, "pause ends with EINTR after any handler, whatever SA_RESTART says") {
    set_handler(first, kSigUsr1, kHandler, kSaRestart);
    const Tid child = fork(first);
    CHECK(call(first, Sys::pause) == kSleeps);
    call(child, Sys::kill, first.value, kSigUsr1);
    CHECK(resume(first) == error(Errno::eintr));
}

TEST_CASE_FIXTURE(Fixture,
                  "sigsuspend waits with another mask, and the handler's return brings the old one back") {
    set_handler(first, kSigUsr1, kHandler);
    block_signals(first, bits(kSigUsr1, kSigUsr2));
    const Tid child = fork(first);
    CHECK(call(first, Sys::rt_sigsuspend, store(first, bits(kSigUsr2)), 8) == kSleeps);
    call(child, Sys::kill, first.value, kSigUsr2);
    CHECK(state(first) == TaskState::blocked);
    call(child, Sys::kill, first.value, kSigUsr1);
    CHECK(resume(first) == error(Errno::eintr));
    const auto handler = signal(first);
    CHECK(handler->signal == kSigUsr1);
    CHECK(handler->mask_to_restore == bits(kSigUsr1, kSigUsr2));
    CHECK(task(first).blocked_signals == bits(kSigUsr1, kSigUsr2));
}

TEST_CASE_FIXTURE(Fixture, "sigsuspend returns at once where an unblocked signal is already pending") {
    set_handler(first, kSigUsr1, kHandler);
    block_signals(first, bits(kSigUsr1));
    call(first, Sys::kill, first.value, kSigUsr1);
    CHECK(call(first, Sys::rt_sigsuspend, store(first, SignalMask{0}), 8) == error(Errno::eintr));
    CHECK(signal(first)->mask_to_restore == bits(kSigUsr1));
}

TEST_CASE_FIXTURE(Fixture, "a fault that is blocked or ignored ends the process all the same") {
    const Tid child = fork(first);
    block_signals(child, bits(kSigSegv));
    raise_fault(kernel, child, {.signal = kSigSegv, .code = 1, .address = 0}, &trace);
    signal(child);
    call(first, Sys::wait4, -1, kBuffer, 0, 0);
    CHECK(load<std::int32_t>(first, kBuffer) == kSigSegv);
}

TEST_CASE_FIXTURE(Fixture, "a fault can be handled, with its address") {
    set_handler(first, kSigSegv, kHandler, kSaSigInfo);
    raise_fault(kernel, first, {.signal = kSigSegv, .code = 1, .address = 0x1234}, &trace);
    CHECK(signal(first)->info.address == 0x1234);
}

TEST_CASE_FIXTURE(Fixture, "signals from outside reach a process or the foreground group of the terminal") {
    CHECK(send_from_outside(kernel, Pid{99}, kSigInt, &trace).error() == Errno::esrch);
    const Tid child = fork(first), other = fork(first);
    call(first, Sys::setpgid, other.value, other.value);
    CHECK(send_from_outside(kernel, Pid{0}, kSigInt, &trace).ok());
    CHECK(has_deliverable_signal(kernel, first));
    CHECK(has_deliverable_signal(kernel, child));
    CHECK(!has_deliverable_signal(kernel, other));
}

TEST_CASE_FIXTURE(Fixture, "tgkill reaches one task of one process") {
    const Tid child = fork(first);
    CHECK(call(first, Sys::tgkill, child.value, child.value, kSigTerm) == 0);
    CHECK(task(child).pending.set == bits(kSigTerm));
    CHECK(call(first, Sys::tgkill, first.value, child.value, 0) == error(Errno::esrch));
    CHECK(call(first, Sys::tgkill, 0, child.value, 0) == error(Errno::einval));
    CHECK(call(first, Sys::tkill, child.value, 99) == error(Errno::einval));
}

TEST_CASE_FIXTURE(Fixture, "sigaction and sigprocmask check their arguments in Linux's order") {
    CHECK(call(first, Sys::rt_sigaction, 77, kBadAddress, 0, 8) == error(Errno::efault));
    CHECK(call(first, Sys::rt_sigaction, 77, 0, 0, 8) == error(Errno::einval));
    CHECK(call(first, Sys::rt_sigaction, kSigKill, 0, 0, 8) == 0);
    CHECK(call(first, Sys::rt_sigaction, kSigUsr1, 0, 0, 4) == error(Errno::einval));
    CHECK(call(first, Sys::rt_sigprocmask, 77, 0, kBuffer, 8) == 0);
    CHECK(call(first, Sys::rt_sigprocmask, 77, kBuffer, 0, 8) == error(Errno::einval));
    CHECK(call(first, Sys::rt_sigprocmask, 0, kBadAddress, 0, 8) == error(Errno::efault));
}

TEST_CASE_FIXTURE(Fixture, "signals have the names that strace gives them") {
    CHECK(signal_name(kSigPipe) == "SIGPIPE");
    CHECK(signal_name(kSigSys) == "SIGSYS");
    CHECK(signal_name(32) == "SIGRTMIN");
    CHECK(signal_name(35) == "SIGRT_3");
    CHECK(signal_name(64) == "SIGRT_32");
    CHECK(signal_name(65) == "SIG?");
}

}  // namespace ipclab::kernel
