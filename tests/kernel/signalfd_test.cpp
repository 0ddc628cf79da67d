#include "kernel/poll.h"
#include "tests/kernel/fixture.h"

namespace ipclab::kernel {

namespace {

constexpr std::size_t kInfoBytes = 128;

struct Signalfd : Fixture {
    Fd signalfd(Tid task, SignalMask mask, std::uint32_t flags = kONonBlock) {
        return static_cast<Fd>(call(task, Sys::signalfd4, -1, store(task, mask), 8, flags));
    }
    /// Fields of the record at this place.
    std::uint32_t field(Tid task, std::size_t record, std::size_t offset) {
        return load<std::uint32_t>(task, kBuffer + record * kInfoBytes + offset);
    }
    int signal_at(Tid task, std::size_t record) { return static_cast<int>(field(task, record, 0)); }
};

}  // namespace

TEST_CASE_FIXTURE(Signalfd, "a read takes several signals, the lowest first, with what their senders told") {
    const SignalMask mask = bits(kSigUsr1, kSigUsr2, kSigRtMin);
    block_signals(first, mask);
    const Fd fd = signalfd(first, mask);
    const Tid child = fork(first);
    call(child, Sys::kill, first.value, kSigUsr2);
    call(child, Sys::kill, first.value, kSigUsr1);
    CHECK(read(first, fd, 4 * kInfoBytes + 5) == 2 * kInfoBytes);
    CHECK(signal_at(first, 0) == kSigUsr1);
    CHECK(signal_at(first, 1) == kSigUsr2);
    CHECK(field(first, 0, 12) == static_cast<std::uint32_t>(child.value));  // ssi_pid
    CHECK(read(first, fd, kInfoBytes) == error(Errno::eagain));
}

TEST_CASE_FIXTURE(Signalfd, "what does not fit stays pending") {
    const SignalMask mask = bits(kSigUsr1, kSigUsr2);
    block_signals(first, mask);
    const Fd fd = signalfd(first, mask);
    for (const int signal : {kSigUsr1, kSigUsr2}) call(first, Sys::kill, first.value, signal);
    CHECK(read(first, fd, kInfoBytes) == kInfoBytes);
    CHECK(kernel.processes[pid(first)].pending.set == bits(kSigUsr2));
}

TEST_CASE_FIXTURE(Signalfd, "a reader sleeps until a signal of its mask comes") {
    const SignalMask mask = bits(kSigUsr1, kSigUsr2);
    block_signals(first, mask);
    const Fd fd = signalfd(first, bits(kSigUsr1), 0);
    const Tid child = fork(first);
    CHECK(read(first, fd, kInfoBytes) == kSleeps);
    call(child, Sys::kill, first.value, kSigUsr2);
    CHECK(resume(first) == kSleeps);  // fs/signalfd.c: any signal makes it look
    call(child, Sys::kill, first.value, kSigUsr1);
    CHECK(resume(first) == kInfoBytes);
    CHECK(signal_at(first, 0) == kSigUsr1);
}

TEST_CASE_FIXTURE(Signalfd, "whoever reads gets signals of his own") {
    block_signals(first, bits(kSigUsr1));
    const Fd fd = signalfd(first, bits(kSigUsr1));
    call(first, Sys::kill, first.value, kSigUsr1);
    const Tid child = fork(first);
    CHECK(read(child, fd, kInfoBytes) == error(Errno::eagain));
    CHECK(read(first, fd, kInfoBytes) == kInfoBytes);
}

TEST_CASE_FIXTURE(Signalfd, "poll says of a signalfd what is pending for the one who asks, and wakes him") {
    block_signals(first, bits(kSigUsr1));
    const Fd fd = signalfd(first, bits(kSigUsr1));
    const Tid child = fork(first);
    const auto poll = [&](Tid task, std::int64_t timeout) {
        store(task, std::array<std::uint32_t, 2>{static_cast<std::uint32_t>(fd), kPollIn}, kBuffer);
        return call(task, Sys::poll, kBuffer, 1, timeout);
    };
    CHECK(poll(first, -1) == kSleeps);
    call(child, Sys::kill, first.value, kSigUsr1);
    CHECK(resume(first) == 1);
    CHECK(poll(child, 0) == 0);
}

TEST_CASE_FIXTURE(Signalfd, "the mask can be changed; SIGKILL and SIGSTOP are left out silently") {
    const Fd fd = signalfd(first, bits(kSigUsr1));
    CHECK(call(first, Sys::signalfd4, fd, store(first, bits(kSigUsr2, kSigKill)), 8, 0) == fd);
    CHECK(kernel.event_fds->signal_sets[SignalfdId{1}].mask == bits(kSigUsr2));
}

TEST_CASE_FIXTURE(Signalfd, "what signalfd refuses") {
    const std::uint64_t mask = store(first, bits(kSigUsr1));
    const Fd fd = signalfd(first, bits(kSigUsr1));
    CHECK(call(first, Sys::signalfd4, -1, mask, 4, 0) == error(Errno::einval));
    CHECK(call(first, Sys::signalfd4, -1, mask, 8, 1) == error(Errno::einval));
    CHECK(call(first, Sys::signalfd4, -1, kBadAddress, 8, 0) == error(Errno::efault));
    CHECK(call(first, Sys::signalfd4, 77, mask, 8, 0) == error(Errno::ebadf));
    CHECK(call(first, Sys::signalfd4, 1, mask, 8, 0) == error(Errno::einval));
    CHECK(read(first, fd, kInfoBytes - 1) == error(Errno::einval));
    CHECK(write(first, fd, "x") == error(Errno::einval));
}

}  // namespace ipclab::kernel
