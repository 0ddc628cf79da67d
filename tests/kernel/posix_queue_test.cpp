#include "kernel/posix_queue.h"
#include "kernel/poll.h"
#include "tests/kernel/fixture.h"

namespace ipclab::kernel {

namespace {

constexpr int kMessageQueueCode = -3;  // SI_MESGQ

struct Attributes {
    std::int64_t flags = 0, most = 3, bytes = 16, now = 0;
    std::array<std::int64_t, 4> reserved{};
};
struct Notice {
    std::uint64_t value = 0;
    std::int32_t signal = 0, kind = 0;
    std::array<std::uint64_t, 6> rest{};
};
struct TimePair {
    std::int64_t seconds = 0, ns = 0;
};

struct PosixQueues : Fixture {
    Tid self = first;
    std::int64_t queue = open_queue(first, "box", kORdWr | kOCreat);
    Tid other = fork(first), third = fork(first);

    std::int64_t open_queue(Tid task, std::string_view name, std::uint32_t flags,
                            Attributes attributes = {}) {
        return call(task, Sys::mq_open, path(task, name), flags, 0600,
                    store(task, attributes, kScratch + 0x400));
    }
    std::int64_t send(Tid task, std::string_view text, std::uint32_t priority = 0,
                      std::uint64_t deadline = 0) {
        return call(task, Sys::mq_timedsend, queue, put(task, text), text.size(), priority, deadline);
    }
    std::int64_t receive(Tid task, std::uint64_t deadline = 0) {
        return call(task, Sys::mq_timedreceive, queue, kBuffer, 16, kBuffer + 0x100, deadline);
    }
    /// Priority and text that a receiver got, as "2:text".
    std::string got(Tid task, std::int64_t bytes) {
        REQUIRE(bytes >= 0);
        return std::to_string(load<std::uint32_t>(task, kBuffer + 0x100)) + ":" +
               get(task, static_cast<std::size_t>(bytes));
    }
    std::string take(Tid task) { return got(task, receive(task)); }
    std::int64_t set_waiting(Tid task, bool waits) {
        return call(task, Sys::mq_getsetattr, queue, store(task, Attributes{.flags = waits ? 0 : kONonBlock}),
                    0);
    }
    std::int64_t ask_for_signal(Tid task, int signal, std::uint64_t value) {
        return call(task, Sys::mq_notify, queue, store(task, Notice{.value = value, .signal = signal}));
    }
    std::uint64_t time(Tid task, std::int64_t seconds_from_now) {
        return store(task, TimePair{.seconds = kBootEpochSeconds + seconds_from_now}, kScratch + 0x800);
    }
    const PosixQueue& state_of_queue() const { return *kernel.posix_queues.begin()->second; }
    std::uint32_t ready() const {
        return ready_events(kernel, kernel.files[*process(self).fds->get(static_cast<Fd>(queue))]);
    }
    bool has_pending(Tid task, int signal) const {
        return (process(task).pending.set & signal_bit(signal)) != 0;
    }
};

}  // namespace

TEST_CASE_FIXTURE(PosixQueues, "mq_receive(3): the highest priority first, the oldest among equals") {
    send(self, "low", 1);
    send(self, "high", 7);
    send(self, "high too", 7);
    CHECK(take(other) == "7:high");
    CHECK(take(other) == "7:high too");
    CHECK(take(other) == "1:low");
}

TEST_CASE_FIXTURE(PosixQueues,
                  "an empty queue makes the receiver wait, a full one the sender; O_NONBLOCK neither") {
    CHECK(receive(other) == kSleeps);
    CHECK(describe_wait(kernel, other) ==
          "blocked in mq_timedreceive on message queue /box (0 of 3 messages)");
    CHECK(send(self, "a") == 0);
    CHECK(got(other, resume(other)) == "0:a");
    for (int i = 0; i < 3; ++i) CHECK(send(self, "x") == 0);
    CHECK(send(other, "y") == kSleeps);
    CHECK(take(self) == "0:x");
    CHECK(resume(other) == 0);
    CHECK(set_waiting(self, false) == 0);
    CHECK(send(self, "z") == error(Errno::eagain));
    for (int i = 0; i < 3; ++i) CHECK(receive(self) == 1);
    CHECK(receive(self) == error(Errno::eagain));
}

TEST_CASE_FIXTURE(
    PosixQueues,
    "ipc/mqueue.c: a message is handed to the receiver that waits, and nobody can take it away") {
    CHECK(receive(other) == kSleeps);
    CHECK(send(self, "mine", 3) == 0);
    CHECK(state_of_queue().messages.empty());
    CHECK(set_waiting(self, false) == 0);
    CHECK(receive(self) == error(Errno::eagain));
    CHECK(got(other, resume(other)) == "3:mine");
}

TEST_CASE_FIXTURE(PosixQueues,
                  "a receiver that makes room puts in what a sender waits with, by its priority") {
    for (const char* text : {"a", "b", "c"}) CHECK(send(self, text, 5) == 0);
    CHECK(send(other, "urgent", 9) == kSleeps);
    CHECK(take(self) == "5:a");
    CHECK(state(other) == TaskState::ready);
    CHECK(take(self) == "9:urgent");
    CHECK(resume(other) == 0);
}

TEST_CASE_FIXTURE(PosixQueues,
                  "who waits longest is served first, but a nicer task after one that is less nice") {
    kernel.tasks.write(other).nice = 5;
    CHECK(receive(other) == kSleeps);
    CHECK(receive(third) == kSleeps);
    CHECK(send(self, "x") == 0);
    CHECK(state(third) == TaskState::ready);
    CHECK(state(other) == TaskState::blocked);
}

TEST_CASE_FIXTURE(PosixQueues, "time-outs are absolute: ETIMEDOUT when it comes, at once where it is past") {
    CHECK(receive(other, time(other, 5)) == kSleeps);
    pass_time(6 * kSecond);
    CHECK(resume(other) == error(Errno::etimedout));
    CHECK(receive(other, time(other, 1)) == error(Errno::etimedout));
    CHECK(send(self, "x", 0, time(self, 1)) == 0);
    CHECK(receive(self, time(self, 1)) == 1);
    CHECK(receive(self, store(self, TimePair{.seconds = 1, .ns = 1'000'000'000})) == error(Errno::einval));
    for (int i = 0; i < 3; ++i) CHECK(send(self, "x") == 0);
    CHECK(send(other, "late", 0, time(other, 10)) == kSleeps);
    pass_time(10 * kSecond);
    CHECK(resume(other) == error(Errno::etimedout));
    CHECK(state_of_queue().to_send.empty());
}

TEST_CASE_FIXTURE(PosixQueues,
                  "a signal handler ends the wait with EINTR; with SA_RESTART the call is made again") {
    CHECK(set_handler(other, kSigUsr1, 0x5000) == 0);
    for (int i = 0; i < 3; ++i) CHECK(send(self, "x") == 0);
    CHECK(send(other, "y") == kSleeps);
    CHECK(call(self, Sys::kill, other.value, kSigUsr1) == 0);
    CHECK(resume(other) == error(Errno::eintr));
    CHECK(state_of_queue().to_send.empty());
    CHECK(set_handler(third, kSigUsr1, 0x5000, kSaRestart) == 0);
    CHECK(send(third, "y") == kSleeps);
    CHECK(call(self, Sys::kill, third.value, kSigUsr1) == 0);
    CHECK(resume(third) == kAgain);
}

TEST_CASE_FIXTURE(
    PosixQueues,
    "O_NONBLOCK that is set while a call sleeps counts when it is made anew, not when it wakes") {
    CHECK(set_handler(other, kSigUsr1, 0x5000) == 0);
    for (int i = 0; i < 3; ++i) CHECK(send(self, "x") == 0);
    for (Tid sender : {other, third}) CHECK(send(sender, "y") == kSleeps);
    CHECK(set_waiting(self, false) == 0);
    CHECK(call(self, Sys::kill, other.value, kSigUsr1) == 0);
    CHECK(resume(other) == error(Errno::eintr));
    CHECK(call(self, Sys::kill, third.value, kSigStop) == 0);
    CHECK(resume(third) == kSleeps);
    CHECK(call(self, Sys::kill, third.value, kSigCont) == 0);
    CHECK(resume(third) == error(Errno::eagain));
}

TEST_CASE_FIXTURE(PosixQueues, "the message of a sender that is killed while it waits is never sent") {
    for (int i = 0; i < 3; ++i) CHECK(send(self, "x") == 0);
    CHECK(send(other, "y") == kSleeps);
    CHECK(call(self, Sys::kill, other.value, kSigKill) == 0);
    CHECK_FALSE(signal(other).has_value());
    for (int i = 0; i < 3; ++i) CHECK(take(self) == "0:x");
    CHECK(state_of_queue().messages.empty());
}

TEST_CASE_FIXTURE(PosixQueues, "a sender that was stopped in its wait sends when it goes on") {
    for (int i = 0; i < 3; ++i) CHECK(send(self, "x") == 0);
    CHECK(send(other, "y") == kSleeps);
    CHECK(call(self, Sys::kill, other.value, kSigStop) == 0);
    CHECK(resume(other) == kSleeps);
    CHECK(state(other) == TaskState::stopped);
    CHECK(take(self) == "0:x");
    CHECK(call(self, Sys::kill, other.value, kSigCont) == 0);
    CHECK(resume(other) == 0);
    CHECK(state_of_queue().messages.size() == 3);
}

TEST_CASE_FIXTURE(PosixQueues,
                  "sizes: EMSGSIZE for a message that is too long and a buffer that is too small") {
    CHECK(send(self, "longer than sixteen") == error(Errno::emsgsize));
    CHECK(call(self, Sys::mq_timedreceive, queue, kBuffer, 15, 0, 0) == error(Errno::emsgsize));
    CHECK(send(self, "x", 32'768) == error(Errno::einval));
    CHECK(send(self, "", 32'767) == 0);
    CHECK(take(self) == "32767:");
    CHECK(call(self, Sys::mq_timedsend, queue, kBadAddress, 4, 0, 0) == error(Errno::efault));
    CHECK(send(self, "x") == 0);
    CHECK(call(self, Sys::mq_timedreceive, queue, kBadAddress, 16, 0, 0) == error(Errno::efault));
    CHECK(state_of_queue().messages.empty());  // it is lost
}

TEST_CASE_FIXTURE(PosixQueues, "a queue outlives who made it, and its name whoever has it open") {
    CHECK(send(self, "kept") == 0);
    CHECK(call(self, Sys::mq_unlink, path(self, "box")) == 0);
    CHECK(call(self, Sys::mq_unlink, path(self, "box")) == error(Errno::enoent));
    CHECK(open_queue(self, "box", kORdWr) == error(Errno::enoent));
    CHECK(close(self, static_cast<Fd>(queue)) == 0);
    CHECK(close(third, static_cast<Fd>(queue)) == 0);
    CHECK(take(other) == "0:kept");
    CHECK(close(other, static_cast<Fd>(queue)) == 0);
    CHECK(kernel.posix_queues.empty());
    CHECK(open_queue(self, "new", kORdWr | kOCreat) == queue);
    CHECK(call(self, Sys::exit_group, 0) == kEnds);
    CHECK(kernel.posix_queues.size() == 1);
}

TEST_CASE_FIXTURE(PosixQueues, "mq_open(3): existence, permissions, names") {
    CHECK(open_queue(self, "box", kORdWr | kOCreat | kOExcl) == error(Errno::eexist));
    CHECK(open_queue(self, "none", kORdWr) == error(Errno::enoent));
    CHECK(open_queue(self, "", kORdWr | kOCreat) == error(Errno::enoent));
    CHECK(open_queue(self, "a/b", kORdWr | kOCreat) == error(Errno::eacces));
    CHECK(open_queue(self, "..", kORdWr | kOCreat) == error(Errno::eacces));
    CHECK(open_queue(self, std::string(256, 'x'), kORdWr | kOCreat) == error(Errno::enametoolong));
    CHECK(open_queue(self, "box", 3) == error(Errno::einval));
    CHECK(call(self, Sys::mq_open, path(self, "readable"), kORdWr | kOCreat, 0400, 0) >= 0);
    CHECK(open_queue(self, "readable", kOWrOnly) == error(Errno::eacces));
    const std::int64_t reader = open_queue(self, "readable", kORdOnly);
    CHECK(call(self, Sys::mq_timedsend, reader, kBuffer, 1, 0, 0) == error(Errno::ebadf));
    CHECK(call(self, Sys::mq_timedreceive, 0, kBuffer, 16, 0, 0) == error(Errno::ebadf));
    // Always close-on-exec.
    CHECK(call(self, Sys::fcntl, reader, 1) == 1);
}

TEST_CASE_FIXTURE(PosixQueues, "mq_overview(7): msg_max, msgsize_max, queues_max and RLIMIT_MSGQUEUE") {
    CHECK(open_queue(self, "a", kORdWr | kOCreat, {.most = 11}) == error(Errno::einval));
    CHECK(open_queue(self, "a", kORdWr | kOCreat, {.bytes = 8193}) == error(Errno::einval));
    CHECK(open_queue(self, "a", kORdWr | kOCreat, {.most = 0}) == error(Errno::einval));
    CHECK(open_queue(self, "a", kORdWr | kOCreat, {.most = 10, .bytes = 8192}) >= 0);
    // Each of these counts 10 * (8192 + 48 + 48) bytes: the tenth is beyond 819,200.
    std::int64_t made = 1;
    while (call(self, Sys::mq_open, path(self, "q" + std::to_string(made)), kORdWr | kOCreat, 0600, 0) >= 0)
        ++made;
    CHECK(last.value == error(Errno::emfile));
    CHECK(made == 9);
    kernel.limits.posix_queues = 10;
    CHECK(open_queue(self, "one more", kORdWr | kOCreat) == error(Errno::enospc));
}

TEST_CASE_FIXTURE(PosixQueues,
                  "mq_getattr(3), mq_setattr(3): only O_NONBLOCK can be changed, for the description") {
    CHECK(send(self, "x") == 0);
    CHECK(call(self, Sys::mq_getsetattr, queue, store(self, Attributes{.flags = 1}), 0) ==
          error(Errno::einval));
    CHECK(set_waiting(other, false) == 0);
    CHECK(call(self, Sys::mq_getsetattr, queue, 0, kScratch) == 0);
    const auto now = load<Attributes>(self, kScratch);
    CHECK(now.flags == kONonBlock);
    CHECK(now.most == 3);
    CHECK(now.bytes == 16);
    CHECK(now.now == 1);
}

TEST_CASE_FIXTURE(PosixQueues, "poll: readable where there is a message, writable where there is room") {
    CHECK(ready() == (kPollOut | kPollWrNorm));
    CHECK(send(self, "x") == 0);
    CHECK(ready() == (kPollIn | kPollRdNorm | kPollOut | kPollWrNorm));
    CHECK(send(self, "x") == 0);
    CHECK(send(self, "x") == 0);
    CHECK(ready() == (kPollIn | kPollRdNorm));
    const auto entry = static_cast<std::uint64_t>(queue) | std::uint64_t{kPollOut} << 32;
    CHECK(call(other, Sys::poll, store(other, entry), 1, -1) == kSleeps);
    CHECK(receive(self) == 1);
    CHECK(resume(other) == 1);
}

TEST_CASE_FIXTURE(
    PosixQueues,
    "poll does not take part: a message goes to a receiver that waits, and the poller sleeps on") {
    const auto entry = static_cast<std::uint64_t>(queue) | std::uint64_t{kPollIn} << 32;
    CHECK(call(other, Sys::poll, store(other, entry), 1, -1) == kSleeps);
    CHECK(receive(third) == kSleeps);
    CHECK(send(self, "x") == 0);
    CHECK(state(third) == TaskState::ready);
    CHECK(state(other) == TaskState::blocked);
    CHECK(send(self, "y") == 0);
    CHECK(resume(other) == 1);
}

TEST_CASE_FIXTURE(PosixQueues, "mq_notify(3): a signal, once, when a message comes into the empty queue") {
    CHECK(block_signals(self, bits(kSigUsr1)) == 0);
    CHECK(ask_for_signal(self, kSigUsr1, 42) == 0);
    CHECK(ask_for_signal(other, kSigUsr1, 1) == error(Errno::ebusy));
    CHECK(send(other, "x") == 0);
    REQUIRE(has_pending(self, kSigUsr1));
    const SignalInfo info = process(self).pending.queue.front();
    CHECK(info.code == kMessageQueueCode);
    CHECK(info.value == 42);
    CHECK(info.sender == pid(other));
    CHECK(ask_for_signal(other, kSigUsr1, 1) == 0);  // the registration is used up
}

TEST_CASE_FIXTURE(PosixQueues,
                  "mq_notify(3): nobody is told where a receiver waits, or where the queue is not empty") {
    CHECK(block_signals(self, bits(kSigUsr1)) == 0);
    CHECK(ask_for_signal(self, kSigUsr1, 0) == 0);
    CHECK(receive(other) == kSleeps);
    CHECK(send(third, "for the receiver") == 0);
    CHECK_FALSE(has_pending(self, kSigUsr1));
    CHECK(resume(other) == 16);
    CHECK(send(third, "for the queue") == 0);
    CHECK(has_pending(self, kSigUsr1));
}

TEST_CASE_FIXTURE(
    PosixQueues,
    "a registration ends by its owner's word, with any close of the queue, and with the process") {
    CHECK(ask_for_signal(other, kSigUsr1, 0) == 0);
    CHECK(call(self, Sys::mq_notify, queue, 0) == 0);  // not its own
    CHECK(ask_for_signal(self, kSigUsr1, 0) == error(Errno::ebusy));
    CHECK(call(other, Sys::mq_notify, queue, 0) == 0);
    CHECK(ask_for_signal(self, kSigUsr1, 0) == 0);
    const auto again = static_cast<Fd>(open_queue(self, "box", kORdOnly));
    CHECK(close(self, again) == 0);
    CHECK(ask_for_signal(third, kSigUsr1, 0) == 0);
    CHECK(call(third, Sys::exit_group, 0) == kEnds);
    CHECK(ask_for_signal(other, kSigUsr1, 0) == 0);
}

TEST_CASE_FIXTURE(PosixQueues, "mq_notify: wrong kinds, signals and descriptors") {
    CHECK(call(self, Sys::mq_notify, queue, store(self, Notice{.kind = 3})) == error(Errno::einval));
    CHECK(call(self, Sys::mq_notify, queue, store(self, Notice{.signal = 65})) == error(Errno::einval));
    CHECK(call(self, Sys::mq_notify, 0, store(self, Notice{.signal = 10})) == error(Errno::ebadf));
    CHECK(call(self, Sys::mq_notify, queue, kBadAddress) == error(Errno::efault));
    CHECK(call(self, Sys::mq_notify, queue, store(self, Notice{.kind = 1})) == 0);  // SIGEV_NONE
    CHECK(send(self, "x") == 0);
    CHECK_FALSE(state_of_queue().notice.owner);
}

TEST_CASE_FIXTURE(PosixQueues,
                  "the queue's file tells how many bytes wait, and whom a message will be told to") {
    CHECK(send(self, "12345") == 0);
    CHECK(ask_for_signal(self, kSigUsr1, 0) == 0);
    CHECK(read_text(self, static_cast<Fd>(queue), 100) ==
          "QSIZE:5          NOTIFY:0     SIGNO:10    NOTIFY_PID:" + std::to_string(self.value) + "     \n");
    CHECK(read(self, static_cast<Fd>(queue), 100) == 0);
    CHECK(call(self, Sys::write, queue, kBuffer, 1) == error(Errno::einval));
}

}  // namespace ipclab::kernel
