#include "visualizer/model/objects.h"

#include <doctest/doctest.h>

#include "kernel/terminal_requests.h"
#include "tests/kernel/fixture.h"

using namespace ipclab;
using namespace ipclab::visualizer;
using kernel::Fixture;
using kernel::kSleeps;
using kernel::Sys;
using kernel::Tid;

namespace {

struct Objects : Fixture {
    std::int64_t send(Tid task, std::int64_t queue, std::int64_t type, std::string_view text) {
        store(task, type, kBuffer);
        put(task, text, kBuffer + 8);
        return call(task, Sys::msgsnd, queue, kBuffer, text.size(), 0);
    }
    std::int64_t change(Tid task, std::int64_t set, std::int16_t by, std::uint16_t flags = 0) {
        store(task, kernel::SemaphoreOperation{0, by, flags}, kBuffer);
        return call(task, Sys::semop, set, kBuffer, 1);
    }
};

}  // namespace

TEST_CASE_FIXTURE(Objects,
                  "a message queue shows its messages, their senders, and who waits for which type") {
    const std::int64_t queue = call(first, Sys::msgget, 0, 0600);
    const Tid child = fork(first);
    REQUIRE(call(child, Sys::msgrcv, queue, kBuffer, 10, 7, 0) == kSleeps);
    REQUIRE(send(first, queue, 2, "hi\n") == 0);
    const auto pictures = object_pictures(kernel);
    REQUIRE(pictures.size() == 1);
    CHECK(pictures[0].title == "message queue 0");
    CHECK(pictures[0].summary == "1 message, 3 of 16,384 bytes");
    CHECK(pictures[0].rows == std::vector<ObjectRow>{{"type 2", "\"hi\\n\"", pid(first)}});
    REQUIRE(pictures[0].waiters.size() == 1);
    CHECK(pictures[0].waiters[0].text == "test (" + std::to_string(child.value) + ") receives type 7");
}

TEST_CASE_FIXTURE(Objects, "a long queue shows its oldest messages and says how many more there are") {
    const std::int64_t queue = call(first, Sys::msgget, 0, 0600);
    for (std::size_t i = 0; i < kObjectRows + 5; ++i) REQUIRE(send(first, queue, 1, "x") == 0);
    const auto pictures = object_pictures(kernel);
    CHECK(pictures[0].rows.size() == kObjectRows);
    CHECK(pictures[0].more_rows == 5);
}

TEST_CASE_FIXTURE(Objects,
                  "a semaphore set shows values, who was last, what an end would undo, and who wants what") {
    constexpr std::uint16_t kUndo = 0x1000;
    const std::int64_t set = call(first, Sys::semget, 0, 2, 0600);
    REQUIRE(change(first, set, 3, kUndo) == 0);
    const Tid child = fork(first);
    REQUIRE(change(child, set, -4) == kSleeps);
    const auto pictures = object_pictures(kernel);
    REQUIRE(pictures.size() == 1);
    CHECK(pictures[0].summary == "2 semaphores: 3, 0");
    CHECK(pictures[0].rows[0].text == "3   last: test (2)   -3 when 2 ends");
    CHECK(pictures[0].rows[1].text == "0");
    REQUIRE(pictures[0].waiters.size() == 1);
    CHECK(pictures[0].waiters[0].text == "test (" + std::to_string(child.value) + ") wants [0] -4");
}

TEST_CASE_FIXTURE(Objects, "a segment shows who has it attached where, and whether it has been removed") {
    constexpr int kReadOnly = 010000;
    const std::int64_t segment = call(first, Sys::shmget, 0, 100, 0600);
    CHECK(object_pictures(kernel)[0].summary == "100 bytes");
    const std::int64_t address = call(first, Sys::shmat, segment, 0x700000, kReadOnly);
    REQUIRE(address == 0x700000);
    REQUIRE(call(first, Sys::shmctl, segment, 0, 0) == 0);
    const auto pictures = object_pictures(kernel);
    REQUIRE(pictures.size() == 1);
    CHECK(pictures[0].summary == "100 bytes, removed: goes with its last attachment");
    CHECK(pictures[0].rows == std::vector<ObjectRow>{{"test (2)", "0x700000, read only", pid(first)}});
}

TEST_CASE_FIXTURE(Objects, "a file shows who has locked which bytes, and who waits for which") {
    struct Flock {
        std::int16_t type = 1, whence = 0;
        std::int32_t padding = 0;
        std::int64_t start = 0, length = 0, process = 0;
    };
    constexpr int kSetLock = 6, kSetLockAndWait = 7;
    const std::int64_t file = open(first, "/tmp/data", kernel::kORdWr | kernel::kOCreat);
    const Tid child = fork(first);
    REQUIRE(call(first, Sys::fcntl, file, kSetLock, store(first, Flock{.start = 10, .length = 5})) == 0);
    REQUIRE(call(first, Sys::flock, file, 1) == 0);
    REQUIRE(call(child, Sys::fcntl, file, kSetLockAndWait, store(child, Flock{.type = 0, .length = 20})) ==
            kSleeps);
    const auto pictures = object_pictures(kernel);
    REQUIRE(pictures.size() == 1);
    CHECK(pictures[0].title == "/tmp/data");
    CHECK(pictures[0].summary == "0 bytes, 2 locks");
    const std::string self = "test (" + std::to_string(first.value) + ")";
    CHECK(pictures[0].rows == std::vector<ObjectRow>{{self, "exclusive, bytes 10-14", pid(first)},
                                                     {self, "shared, flock", pid(first)}});
    REQUIRE(pictures[0].waiters.size() == 1);
    CHECK(pictures[0].waiters[0].text ==
          "test (" + std::to_string(child.value) + ") wants shared, bytes 0-19");
}

TEST_CASE_FIXTURE(Objects, "an eventfd shows its counter and who waits") {
    constexpr std::uint32_t kSemaphore = 1;
    const std::int64_t fd = call(first, Sys::eventfd2, 2, kSemaphore);
    auto pictures = object_pictures(kernel);
    REQUIRE(pictures.size() == 1);
    CHECK(pictures[0].title == "eventfd 1");
    CHECK(pictures[0].summary == "2, a semaphore");
    const Tid child = fork(first);
    for (int i = 0; i < 2; ++i) REQUIRE(read(child, static_cast<kernel::Fd>(fd), 8) == 8);
    REQUIRE(read(child, static_cast<kernel::Fd>(fd), 8) == kSleeps);
    pictures = object_pictures(kernel);
    CHECK(pictures[0].summary == "0, a semaphore");
    REQUIRE(pictures[0].waiters.size() == 1);
    CHECK(pictures[0].waiters[0].text == "test (" + std::to_string(child.value) + ") waits for it to rise");
}

TEST_CASE_FIXTURE(Objects,
                  "an epoll shows what it watches, what is ready, and who waits; a timerfd when it expires") {
    constexpr std::uint32_t kIn = 1, kEdge = 1u << 31;
    struct [[gnu::packed]] Event {
        std::uint32_t events;
        std::uint64_t data;
    };
    const std::int64_t epoll = call(first, Sys::epoll_create1, 0), fd = call(first, Sys::eventfd2, 1, 0),
                       timer = call(first, Sys::timerfd_create, 1, 0);
    REQUIRE(call(first, Sys::epoll_ctl, epoll, 1, fd, store(first, Event{kIn | kEdge, 0})) == 0);
    REQUIRE(call(first, Sys::epoll_ctl, epoll, 1, timer, store(first, Event{kIn, 0})) == 0);
    REQUIRE(call(first, Sys::timerfd_settime, timer, 0, store(first, std::array<std::int64_t, 4>{1, 0, 3, 0}),
                 0) == 0);
    auto pictures = object_pictures(kernel);
    REQUIRE(pictures.size() == 3);
    CHECK(pictures[1].title == "timerfd 1");
    CHECK(pictures[1].summary == "expires in 3.000 s, every 1.000 s");
    CHECK(pictures[2].title == "epoll 1");
    CHECK(pictures[2].summary == "2 descriptors, 1 on the ready list");
    CHECK(pictures[2].rows ==
          std::vector<ObjectRow>{{"fd 4", "in, edge-triggered: ready", {}}, {"fd 5", "in: not ready", {}}});
    REQUIRE(call(first, Sys::epoll_wait, epoll, kBuffer, 4, 0) == 1);
    const Tid child = fork(first);
    REQUIRE(call(child, Sys::epoll_wait, epoll, kBuffer, 4, -1) == kSleeps);
    pictures = object_pictures(kernel);
    CHECK(pictures[2].rows[0].text == "in, edge-triggered: ready, but reported already");
    REQUIRE(pictures[2].waiters.size() == 1);
    pass_time(3 * kernel::kSecond);
    CHECK(object_pictures(kernel)[1].summary == "has expired, every 1.000 s, 1 expiration unread");
}

TEST_CASE_FIXTURE(Objects, "a socket shows who holds it, what lies in it and who sent that, and who waits") {
    REQUIRE(call(first, Sys::socketpair, 1, 1, 0, kScratch) == 0);
    const Tid child = fork(first);
    const std::string name = "test (" + std::to_string(first.value) + ")",
                      other = "test (" + std::to_string(child.value) + ")";
    REQUIRE(call(child, Sys::recvfrom, 3, kBuffer, 10, 0, 0, 0) == kSleeps);
    REQUIRE(call(first, Sys::sendto, 3, put(first, "hi\n"), 3, 0, 0, 0) == 3);
    const auto pictures = object_pictures(kernel);
    REQUIRE(pictures.size() == 2);
    CHECK(pictures[0].title == "socket 1");
    CHECK(pictures[0].summary == "fd 3 of " + name + ", fd 3 of " + other + "; connected to socket 2");
    REQUIRE(pictures[0].waiters.size() == 1);
    CHECK(pictures[0].waiters[0].text == other + " waits for something to read");
    CHECK(pictures[1].rows == std::vector<ObjectRow>{{"from " + name, "\"hi\\n\"", pid(first)}});
}

TEST_CASE_FIXTURE(Objects,
                  "a listening socket shows its backlog: who connected, and what was sent before accept") {
    constexpr std::uint64_t kLength = 8;
    REQUIRE(call(first, Sys::socket, 1, 1, 0) == 3);
    const std::uint64_t path = put(first, std::string("\1\0/tmp/s", kLength), kScratch);
    REQUIRE(call(first, Sys::bind, 3, path, kLength) == 0);
    REQUIRE(call(first, Sys::listen, 3, 1) == 0);
    REQUIRE(call(first, Sys::socket, 1, 1, 0) == 4);
    REQUIRE(call(first, Sys::connect, 4, path, kLength) == 0);
    REQUIRE(call(first, Sys::sendto, 4, put(first, "early"), 5, 0, 0, 0) == 5);
    const auto pictures = object_pictures(kernel);
    REQUIRE(pictures.size() == 3);
    const std::string name = "test (" + std::to_string(first.value) + ")";
    CHECK(pictures[0].summary == "fd 3 of " + name + "; listening, 1 of 2 to be accepted at /tmp/s");
    CHECK(pictures[0].rows ==
          std::vector<ObjectRow>{{"socket 3", "from " + name + ", 5 bytes sent", pid(first)}});
    CHECK(pictures[2].summary == "not accepted yet; connected to socket 2 at /tmp/s");
}

TEST_CASE_FIXTURE(Objects,
                  "a POSIX message queue shows its messages by priority, who waits, and whom it will tell") {
    const std::array<std::int64_t, 8> attributes{0, 2, 16};
    const std::int64_t queue =
        call(first, Sys::mq_open, path(first, "jobs"), kernel::kORdWr | kernel::kOCreat, 0600,
             store(first, attributes, kScratch + 64));
    REQUIRE(queue >= 0);
    const auto send = [&](Tid task, std::string_view text, int priority) {
        return call(task, Sys::mq_timedsend, queue, put(task, text), text.size(), priority, 0);
    };
    const Tid child = fork(first);
    REQUIRE(call(first, Sys::mq_notify, queue, store(first, std::array<std::uint64_t, 8>{0, 10})) == 0);
    const auto asleep = object_pictures(kernel);
    REQUIRE(asleep.size() == 1);
    const std::string self = "test (" + std::to_string(first.value) + ")";
    CHECK(asleep[0].summary == "0 of 2 messages of at most 16 bytes, tells " + self);
    REQUIRE(send(first, "later", 1) == 0);
    REQUIRE(send(first, "now", 9) == 0);
    REQUIRE(send(child, "more", 5) == kSleeps);
    const auto pictures = object_pictures(kernel);
    CHECK(pictures[0].title == "message queue /jobs");
    CHECK(pictures[0].summary == "2 of 2 messages of at most 16 bytes");
    CHECK(pictures[0].rows == std::vector<ObjectRow>{{"priority 9", "\"now\"", pid(first)},
                                                     {"priority 1", "\"later\"", pid(first)}});
    REQUIRE(pictures[0].waiters.size() == 1);
    CHECK(pictures[0].waiters[0].text == "test (" + std::to_string(child.value) + ") sends 4 bytes");
}

TEST_CASE_FIXTURE(Objects,
                  "a terminal shows who is in front, what is being typed, what can be read, and who waits") {
    const std::int64_t master = open(first, "/dev/ptmx", kernel::kORdWr);
    REQUIRE(call(first, Sys::ioctl, master, kernel::kTiocSptlck, store(first, 0)) == 0);
    const auto slave = static_cast<kernel::Fd>(open(first, "/dev/pts/0", kernel::kORdWr));
    const Tid leader = fork(first), reader = fork(first);
    REQUIRE(call(leader, Sys::setsid) == leader.value);
    REQUIRE(call(leader, Sys::ioctl, slave, kernel::kTiocSetControlling, 0) == 0);
    REQUIRE(read(reader, slave, 10) == kSleeps);
    REQUIRE(write(first, static_cast<kernel::Fd>(master), "al") == 2);
    const auto asleep = object_pictures(kernel);
    REQUIRE(asleep.size() == 1);
    const std::string number = std::to_string(leader.value);
    CHECK(asleep[0].title == "terminal /dev/pts/0");
    CHECK(asleep[0].summary == "in front: group " + number);
    CHECK(asleep[0].rows == std::vector<ObjectRow>{{"foreground", "test (" + number + ")", pid(leader)},
                                                   {"being typed", "\"al\"", {}},
                                                   {"to be shown", "\"al\"", {}}});
    REQUIRE(asleep[0].waiters.size() == 1);
    CHECK(asleep[0].waiters[0].text == "test (" + std::to_string(reader.value) + ") reads");
    REQUIRE(write(first, static_cast<kernel::Fd>(master), "l\n") == 2);
    CHECK(object_pictures(kernel)[0].rows[1] == ObjectRow{"can be read", "\"all\\n\"", {}});
}
