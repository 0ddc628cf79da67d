#include "tests/kernel/fixture.h"

namespace ipclab::kernel {

namespace {

constexpr int kCreate = 01000, kExclusive = 02000, kNoWait = 04000, kNoError = 010000, kExcept = 020000,
              kCopy = 040000;

struct Queues : Fixture {
    Tid self = first;
    std::int64_t queue = call(first, Sys::msgget, 0, 0600);

    std::int64_t send(Tid task, std::int64_t type, std::string_view text, int flags = 0) {
        const std::uint64_t at = store(task, type, kBuffer + 0x8000);
        put(task, text, at + 8);
        return call(task, Sys::msgsnd, queue, at, text.size(), flags);
    }
    std::int64_t receive(Tid task, std::int64_t type = 0, int flags = 0, std::uint64_t room = 100) {
        return call(task, Sys::msgrcv, queue, kBuffer, room, type, flags);
    }
    /// The type and text that a receiver got, as "2:text".
    std::string got(Tid task, std::int64_t bytes) {
        REQUIRE(bytes >= 0);
        return std::to_string(load<std::int64_t>(task, kBuffer)) + ":" +
               get(task, static_cast<std::size_t>(bytes), kBuffer + 8);
    }
    std::string take(Tid task, std::int64_t type = 0, int flags = kNoWait) {
        return got(task, receive(task, type, flags));
    }
    std::int64_t remove() { return call(self, Sys::msgctl, queue, 0, 0); }
    const MessageQueue& state_of_queue() const { return kernel.sysv.queues[MessageQueueId{queue}]; }
};

}  // namespace

TEST_CASE_FIXTURE(Queues,
                  "msgrcv(2): type 0 takes the oldest message, a type above 0 the oldest of that type") {
    send(self, 3, "a");
    send(self, 1, "b");
    send(self, 3, "c");
    CHECK(take(self, 1) == "1:b");
    CHECK(take(self, 0) == "3:a");
    CHECK(take(self, 3) == "3:c");
    CHECK(receive(self, 0, kNoWait) == error(Errno::enomsg));
}

TEST_CASE_FIXTURE(Queues, "msgrcv(2): a type below 0 takes the lowest type up to it, the oldest first") {
    send(self, 5, "e");
    send(self, 2, "x");
    send(self, 1, "p");
    send(self, 1, "q");
    CHECK(take(self, -3) == "1:p");
    CHECK(take(self, -3) == "1:q");
    CHECK(take(self, -3) == "2:x");
    CHECK(receive(self, -3, kNoWait) == error(Errno::enomsg));
    CHECK(take(self, INT64_MIN) == "5:e");
}

TEST_CASE_FIXTURE(Queues, "MSG_EXCEPT takes the oldest message of another type") {
    send(self, 1, "one");
    send(self, 2, "two");
    CHECK(take(self, 1, kExcept | kNoWait) == "2:two");
    CHECK(receive(self, 1, kExcept | kNoWait) == error(Errno::enomsg));
}

TEST_CASE_FIXTURE(Queues, "MSG_COPY looks at a place of the queue and takes nothing; it needs IPC_NOWAIT") {
    send(self, 1, "one");
    send(self, 2, "two");
    CHECK(take(self, 1, kCopy | kNoWait) == "2:two");
    CHECK(receive(self, 2, kCopy | kNoWait) == error(Errno::enomsg));
    CHECK(receive(self, 0, kCopy) == error(Errno::einval));
    CHECK(state_of_queue().messages.size() == 2);
}

TEST_CASE_FIXTURE(Queues, "a message that is too long stays, with E2BIG; MSG_NOERROR cuts it") {
    send(self, 1, "longer");
    CHECK(receive(self, 0, 0, 3) == error(Errno::e2big));
    CHECK(receive(self, 0, kNoError, 3) == 3);
    CHECK(got(self, 3) == "1:lon");
    CHECK(state_of_queue().messages.empty());
}

TEST_CASE_FIXTURE(Queues, "a message that cannot be stored is lost") {
    send(self, 1, "x");
    CHECK(call(self, Sys::msgrcv, queue, kBadAddress, 10, 0, 0) == error(Errno::efault));
    CHECK(state_of_queue().messages.empty());
}

TEST_CASE_FIXTURE(Queues, "types below 1, texts above MSGMAX and wrong identifiers are EINVAL") {
    CHECK(send(self, 0, "x") == error(Errno::einval));
    CHECK(call(self, Sys::msgsnd, queue, kBuffer, 8193, 0) == error(Errno::einval));
    CHECK(call(self, Sys::msgsnd, 99, store<std::int64_t>(self, 1), 1, 0) == error(Errno::einval));
    CHECK(call(self, Sys::msgrcv, -1, kBuffer, 1, 0, 0) == error(Errno::einval));
    CHECK(call(self, Sys::msgctl, queue, 77, 0) == error(Errno::einval));
}

TEST_CASE_FIXTURE(Queues, "a full queue makes the sender wait, and the next receive wakes it") {
    const std::string big(8192, 'x');
    CHECK(send(self, 1, big) == 0);
    CHECK(send(self, 1, big) == 0);
    CHECK(send(self, 1, "y", kNoWait) == error(Errno::eagain));
    const Tid child = fork(self);
    CHECK(send(child, 2, "y") == kSleeps);
    CHECK(describe_wait(kernel, child) == "blocked in msgsnd on message queue " + std::to_string(queue) +
                                              " (2 messages, 16384 of 16384 bytes)");
    CHECK(receive(self, 0, 0, 9000) == 8192);
    CHECK(resume(child) == 0);
    CHECK(take(self, 2) == "2:y");
}

TEST_CASE_FIXTURE(Queues, "empty messages count, too: there are never more messages than msg_qbytes") {
    kernel.sysv.queues.write(MessageQueueId{queue}).capacity_bytes = 2;
    CHECK(send(self, 1, "") == 0);
    CHECK(send(self, 1, "") == 0);
    CHECK(send(self, 1, "", kNoWait) == error(Errno::eagain));
}

TEST_CASE_FIXTURE(Queues, "a waiting receiver is given the message, and nobody can take it away") {
    const Tid child = fork(self);
    CHECK(receive(child, 7) == kSleeps);
    CHECK(send(self, 1, "other") == 0);
    CHECK(state(child) == TaskState::blocked);
    CHECK(send(self, 7, "mine") == 0);
    CHECK(state(child) == TaskState::ready);
    CHECK(receive(self, 7, kNoWait) == error(Errno::enomsg));
    CHECK(got(child, resume(child)) == "7:mine");
}

TEST_CASE_FIXTURE(Queues, "the receiver that has waited longest is served first") {
    const Tid one = fork(self), two = fork(self);
    CHECK(receive(two) == kSleeps);
    CHECK(receive(one) == kSleeps);
    send(self, 1, "a");
    CHECK(state(two) == TaskState::ready);
    CHECK(state(one) == TaskState::blocked);
}

TEST_CASE_FIXTURE(Queues,
                  "a waiting receiver with too little room gets E2BIG, and the next one the message") {
    const Tid small = fork(self), large = fork(self);
    CHECK(receive(small, 0, 0, 2) == kSleeps);
    CHECK(receive(large) == kSleeps);
    CHECK(send(self, 1, "long") == 0);
    CHECK(resume(small) == error(Errno::e2big));
    CHECK(got(large, resume(large)) == "1:long");
}

TEST_CASE_FIXTURE(Queues, "the message of a receiver that was killed before it ran is lost") {
    const Tid child = fork(self);
    CHECK(receive(child) == kSleeps);
    CHECK(send(self, 1, "x") == 0);
    CHECK(call(self, Sys::kill, child.value, kSigKill) == 0);
    CHECK_FALSE(signal(child).has_value());
    CHECK(state_of_queue().deliveries.empty());
    CHECK(receive(self, 0, kNoWait) == error(Errno::enomsg));
}

TEST_CASE_FIXTURE(Queues, "removing a queue wakes whoever waits, with EIDRM, and its number names nothing") {
    const Tid child = fork(self);
    CHECK(receive(child) == kSleeps);
    CHECK(remove() == 0);
    CHECK(resume(child) == error(Errno::eidrm));
    CHECK(receive(self) == error(Errno::einval));
    CHECK(remove() == error(Errno::einval));
}

TEST_CASE_FIXTURE(Queues, "a handler ends the wait with EINTR, even with SA_RESTART") {
    constexpr std::uint64_t kRestart = 0x10000000;
    CHECK(set_handler(self, kSigUsr1, 0x400000, kRestart) == 0);
    const Tid child = fork(self);
    CHECK(receive(child) == kSleeps);
    CHECK(call(self, Sys::kill, child.value, kSigUsr1) == 0);
    CHECK(resume(child) == error(Errno::eintr));
}

TEST_CASE_FIXTURE(Queues, "msgget(2): keys find queues; IPC_CREAT makes them, IPC_EXCL insists on that") {
    CHECK(call(self, Sys::msgget, 5, 0600) == error(Errno::enoent));
    const std::int64_t made = call(self, Sys::msgget, 5, kCreate | 0600);
    CHECK(made == queue + 1);
    CHECK(call(self, Sys::msgget, 5, 0) == made);
    CHECK(call(self, Sys::msgget, 5, kCreate | kExclusive | 0600) == error(Errno::eexist));
    CHECK(call(self, Sys::msgget, 0, 0600) == made + 1);
}

TEST_CASE_FIXTURE(Queues, "the mode decides who may send and receive") {
    queue = call(self, Sys::msgget, 0, 0400);
    CHECK(send(self, 1, "x") == error(Errno::eacces));
    CHECK(receive(self, 0, kNoWait) == error(Errno::enomsg));
    const std::int64_t mine = call(self, Sys::msgget, 6, kCreate | 0400);
    CHECK(mine >= 0);
    CHECK(call(self, Sys::msgget, 6, 0600) == error(Errno::eacces));
}

TEST_CASE_FIXTURE(Queues, "a number is not given out again at once") {
    CHECK(remove() == 0);
    CHECK(call(self, Sys::msgget, 0, 0600) == queue + 1);
}

TEST_CASE_FIXTURE(Queues,
                  "after the last place the numbers begin a new round, so that old ones name nothing") {
    std::int64_t newest = queue;
    for (int i = 1; i < 64; ++i) {
        CHECK(call(self, Sys::msgctl, newest, 0, 0) == 0);
        newest = call(self, Sys::msgget, 0, 0600);
        CHECK(newest == i);
    }
    CHECK(call(self, Sys::msgctl, newest, 0, 0) == 0);
    CHECK(call(self, Sys::msgget, 0, 0600) == 32'768);
}

TEST_CASE_FIXTURE(Queues, "IPC_STAT tells who sent and received last, and IPC_SET changes size and mode") {
    const Tid child = fork(self);
    send(child, 1, "abc");
    std::array<std::uint64_t, 15> status =
        (call(self, Sys::msgctl, queue, 2, kScratch), load<std::array<std::uint64_t, 15>>(self, kScratch));
    CHECK(status[9] == 3);   // bytes
    CHECK(status[10] == 1);  // messages
    CHECK(status[11] == 16'384);
    CHECK(static_cast<std::int32_t>(status[12]) == child.value);
    status[11] = 20'000;
    store(self, status);
    CHECK(call(self, Sys::msgctl, queue, 1, kScratch) == error(Errno::eperm));
    status[11] = 2;
    store(self, status);
    CHECK(call(self, Sys::msgctl, queue, 1, kScratch) == 0);
    CHECK(send(self, 1, "x", kNoWait) == error(Errno::eagain));
}

}  // namespace ipclab::kernel
