#include "kernel/poll.h"
#include "tests/kernel/fixture.h"

namespace ipclab::kernel {

namespace {

constexpr std::uint32_t kEdge = 1u << 31, kOneShot = 1u << 30, kExclusive = 1u << 28;
constexpr int kAdd = 1, kDelete = 2, kModify = 3;
constexpr std::int64_t kForEver = -1;

struct [[gnu::packed]] Event {
    std::uint32_t events = 0;
    std::uint64_t data = 0;
    bool operator==(const Event&) const = default;
};

struct EpollFixture : Fixture {
    static constexpr std::uint64_t kEvents = kBuffer + 0x8000;

    Fd epoll() { return static_cast<Fd>(call(first, Sys::epoll_create1, 0)); }
    Fd counter(std::uint64_t value = 0) {
        return static_cast<Fd>(call(first, Sys::eventfd2, value, kONonBlock));
    }
    std::int64_t control(Tid task, Fd epoll, int operation, Fd fd, std::uint32_t events = 0) {
        return call(task, Sys::epoll_ctl, epoll, operation, fd,
                    store(task, Event{events, static_cast<std::uint64_t>(fd)}, kBuffer));
    }
    std::int64_t watch(Fd epoll, Fd fd, std::uint32_t events) {
        return control(first, epoll, kAdd, fd, events);
    }
    std::int64_t wait(Tid task, Fd epoll, int room = 8, std::int64_t timeout = 0) {
        return call(task, Sys::epoll_wait, epoll, kEvents, room, timeout);
    }
    /// The descriptors that a look finds ready, in order.
    std::vector<Fd> look(Fd epoll, int room = 8) { return found(first, wait(first, epoll, room)); }
    std::vector<Fd> found(Tid task, std::int64_t count) {
        REQUIRE(count >= 0);
        std::vector<Fd> fds;
        for (std::int64_t i = 0; i < count; ++i)
            fds.push_back(
                static_cast<Fd>(load<Event>(task, kEvents + static_cast<std::uint64_t>(i) * 12).data));
        return fds;
    }
    std::uint32_t events_of_first(Tid task) { return load<Event>(task, kEvents).events; }
    void add(Tid task, Fd fd, std::uint64_t value = 1) {
        CHECK(call(task, Sys::write, fd, store(task, value, kBuffer), 8) == 8);
    }
    void take(Fd fd) { CHECK(call(first, Sys::read, fd, kBuffer, 8) == 8); }
};

using Fds = std::vector<Fd>;

}  // namespace

TEST_CASE_FIXTURE(EpollFixture, "level-triggered: what is ready is reported at every look") {
    const Fd all = epoll(), fd = counter();
    CHECK(watch(all, fd, kPollIn) == 0);
    CHECK(look(all).empty());
    add(first, fd);
    CHECK(look(all) == Fds{fd});
    CHECK(look(all) == Fds{fd});
    take(fd);
    CHECK(look(all).empty());
}

TEST_CASE_FIXTURE(EpollFixture, "edge-triggered: only something new is reported, however much is left") {
    const Fd all = epoll();
    const auto [read_end, write_end] = pipe(first, kONonBlock);
    CHECK(watch(all, read_end, kPollIn | kEdge) == 0);
    write(first, write_end, "abc");
    CHECK(look(all) == Fds{read_end});
    CHECK(look(all).empty());
    CHECK(read(first, read_end, 1) == 1);
    CHECK(look(all).empty());
    write(first, write_end, "d");  // the pipe was not empty, and still this is an edge
    CHECK(look(all) == Fds{read_end});
    CHECK(control(first, all, kModify, read_end, kPollIn | kEdge) == 0);  // so is this
    CHECK(look(all) == Fds{read_end});
}

TEST_CASE_FIXTURE(EpollFixture, "an edge that is over before the look is not reported") {
    const Fd all = epoll(), fd = counter();
    watch(all, fd, kPollIn | kEdge);
    add(first, fd);
    take(fd);
    CHECK(look(all).empty());
}

TEST_CASE_FIXTURE(EpollFixture, "one-shot: reported once, until it is armed again") {
    const Fd all = epoll(), fd = counter();
    watch(all, fd, kPollIn | kOneShot);
    add(first, fd);
    CHECK(look(all) == Fds{fd});
    add(first, fd);
    CHECK(look(all).empty());
    CHECK(control(first, all, kModify, fd, kPollIn | kOneShot) == 0);
    CHECK(look(all) == Fds{fd});
}

TEST_CASE_FIXTURE(EpollFixture, "with room for few everybody gets a turn") {
    const Fd all = epoll();
    Fds fds;
    for (int i = 0; i < 3; ++i) {
        fds.push_back(counter());
        watch(all, fds.back(), kPollIn);
    }
    for (const int i : {2, 0, 1}) add(first, fds[static_cast<std::size_t>(i)]);
    CHECK(look(all, 2) == Fds{fds[2], fds[0]});
    CHECK(look(all, 2) == Fds{fds[1], fds[2]});
    CHECK(look(all, 2) == Fds{fds[0], fds[1]});
}

TEST_CASE_FIXTURE(EpollFixture,
                  "of two names of one description the one that was added last is reported first") {
    const Fd all = epoll(), fd = counter();
    const auto copy = static_cast<Fd>(call(first, Sys::dup, fd));
    watch(all, fd, kPollIn);
    watch(all, copy, kPollIn);
    add(first, fd);
    CHECK(look(all) == Fds{copy, fd});
}

TEST_CASE_FIXTURE(EpollFixture, "hang-ups and errors are reported unasked") {
    const Fd all = epoll();
    const auto [read_end, write_end] = pipe(first);
    watch(all, read_end, 0);
    watch(all, write_end, 0);
    CHECK(look(all).empty());
    close(first, write_end);
    CHECK(look(all) == Fds{read_end});
    CHECK(events_of_first(first) == kPollHup);
    const auto [other_read, other_write] = pipe(first);
    watch(all, other_write, kPollOut);
    CHECK(look(all).size() == 2);
    close(first, other_read);
    CHECK(look(all).size() == 2);
    CHECK(load<Event>(first, kEvents + 12).events == (kPollOut | kPollErr));
}

TEST_CASE_FIXTURE(EpollFixture,
                  "a description stays watched until its last descriptor is closed, in whatever process") {
    const Fd all = epoll(), fd = counter(1);
    watch(all, fd, kPollIn);
    const Tid child = fork(first);
    close(first, fd);
    CHECK(look(all) == Fds{fd});
    CHECK(control(first, all, kDelete, fd) == error(Errno::ebadf));
    close(child, fd);
    CHECK(look(all).empty());
}

TEST_CASE_FIXTURE(EpollFixture,
                  "one event wakes who came last of those that wait for an epoll, and each poll of it") {
    const Fd all = epoll(), fd = counter();
    watch(all, fd, kPollIn | kEdge);
    const Tid one = fork(first), two = fork(first), polling = fork(first);
    CHECK(wait(one, all, 8, kForEver) == kSleeps);
    CHECK(describe_wait(kernel, one) == "blocked in epoll_wait on epoll 1");
    CHECK(wait(two, all, 8, kForEver) == kSleeps);
    store(polling, std::array<std::uint32_t, 2>{static_cast<std::uint32_t>(all), kPollIn}, kBuffer);
    CHECK(call(polling, Sys::poll, kBuffer, 1, kForEver) == kSleeps);
    add(first, fd);
    CHECK(state(two) == TaskState::ready);
    CHECK(state(one) == TaskState::blocked);
    CHECK(resume(polling) == 1);
    CHECK(found(two, resume(two)) == Fds{fd});
}

TEST_CASE_FIXTURE(EpollFixture, "a level-triggered event is passed on to the next who waits") {
    const Fd all = epoll(), fd = counter();
    watch(all, fd, kPollIn);
    const Tid one = fork(first), two = fork(first);
    CHECK(wait(one, all, 8, kForEver) == kSleeps);
    CHECK(wait(two, all, 8, kForEver) == kSleeps);
    add(first, fd);
    CHECK(state(one) == TaskState::blocked);
    CHECK(resume(two) == 1);
    CHECK(resume(one) == 1);
}

TEST_CASE_FIXTURE(EpollFixture,
                  "EPOLLEXCLUSIVE: of several epolls one that somebody waits for is told; without it, all") {
    for (const std::uint32_t flag : {kExclusive, 0u}) {
        CAPTURE(flag);
        const Fd fd = counter(), left = epoll(), right = epoll();
        watch(left, fd, kPollIn | flag);
        watch(right, fd, kPollIn | flag);
        const Tid one = fork(first), two = fork(first);
        CHECK(wait(one, left, 8, kForEver) == kSleeps);
        CHECK(wait(two, right, 8, kForEver) == kSleeps);
        add(first, fd);
        CHECK(state(one) == TaskState::ready);
        CHECK(state(two) == (flag ? TaskState::blocked : TaskState::ready));
        if (!flag) continue;
        CHECK(look(left) == Fds{fd});
        CHECK(look(right).empty());
    }
}

TEST_CASE_FIXTURE(EpollFixture, "an epoll can be watched by another one") {
    const Fd inner = epoll(), outer = epoll(), fd = counter();
    watch(inner, fd, kPollIn);
    watch(outer, inner, kPollIn | kEdge);
    CHECK(look(outer).empty());
    add(first, fd);
    CHECK(look(outer) == Fds{inner});
    CHECK(look(outer).empty());
    CHECK(look(inner) == Fds{fd});
    add(first, fd);
    CHECK(look(outer) == Fds{inner});
}

TEST_CASE_FIXTURE(EpollFixture, "epolls neither watch themselves in a circle nor more than five in a row") {
    Fds chain{epoll()};
    for (int i = 0; i < 4; ++i) {
        chain.push_back(epoll());
        CHECK(watch(chain.back(), chain[chain.size() - 2], kPollIn) == 0);
    }
    CHECK(watch(epoll(), chain.back(), kPollIn) == error(Errno::eloop));
    CHECK(watch(chain.front(), epoll(), kPollIn) == error(Errno::eloop));
    CHECK(watch(chain[0], chain[1], kPollIn) == error(Errno::eloop));
    CHECK(watch(chain[0], chain[0], kPollIn) == error(Errno::einval));
}

TEST_CASE_FIXTURE(EpollFixture, "what epoll_ctl refuses, in Linux's order") {
    const Fd all = epoll(), fd = counter();
    const auto file = static_cast<Fd>(open(first, "/tmp/file", kOCreat | kORdWr));
    CHECK(call(first, Sys::epoll_ctl, 77, kAdd, 78, kBadAddress) == error(Errno::efault));
    CHECK(control(first, 77, kAdd, fd, kPollIn) == error(Errno::ebadf));
    CHECK(control(first, all, kAdd, 78, kPollIn) == error(Errno::ebadf));
    CHECK(control(first, fd, kAdd, file, kPollIn) == error(Errno::eperm));
    CHECK(control(first, fd, kAdd, all, kPollIn) == error(Errno::einval));
    CHECK(control(first, all, 9, fd, kPollIn) == error(Errno::einval));
    CHECK(control(first, all, kDelete, fd) == error(Errno::enoent));
    CHECK(control(first, all, kModify, fd, kPollIn) == error(Errno::enoent));
    CHECK(watch(all, fd, kPollIn | kExclusive | kOneShot) == error(Errno::einval));
    CHECK(watch(all, epoll(), kPollIn | kExclusive) == error(Errno::einval));
    CHECK(watch(all, fd, kPollIn | kExclusive) == 0);
    CHECK(watch(all, fd, kPollIn) == error(Errno::eexist));
    CHECK(control(first, all, kModify, fd, kPollIn) == error(Errno::einval));
    kernel.limits.epoll_watches = 1;
    CHECK(watch(all, counter(), kPollIn) == error(Errno::enospc));
    CHECK(call(first, Sys::epoll_create, 0) == error(Errno::einval));
    CHECK(call(first, Sys::epoll_create1, 1) == error(Errno::einval));
}

TEST_CASE_FIXTURE(EpollFixture, "what epoll_wait refuses; an event that cannot be given is not lost") {
    const Fd all = epoll(), fd = counter(1);
    watch(all, fd, kPollIn | kEdge);
    CHECK(wait(first, 77, 0) == error(Errno::ebadf));
    CHECK(wait(first, fd, 0) == error(Errno::einval));
    CHECK(wait(first, fd) == error(Errno::einval));
    CHECK(call(first, Sys::epoll_wait, fd, kUserTop, 1, 0) == error(Errno::efault));
    CHECK(wait(first, all, 178'956'971) == error(Errno::einval));
    CHECK(call(first, Sys::epoll_pwait, 77, kEvents, 1, 0, kScratch, 4) == error(Errno::einval));
    CHECK(call(first, Sys::epoll_wait, all, kBadAddress, 8, 0) == error(Errno::efault));
    CHECK(look(all) == Fds{fd});
}

TEST_CASE_FIXTURE(EpollFixture,
                  "epoll_wait ends with its time, and a handler interrupts it whatever its flags") {
    const Fd all = epoll();
    CHECK(wait(first, all, 8, 5) == kSleeps);
    pass_time(5 * kMillisecond);
    CHECK(resume(first) == 0);
    set_handler(first, kSigUsr1, 0x1000, kSaRestart);
    const Tid child = fork(first);
    CHECK(wait(first, all, 8, kForEver) == kSleeps);
    call(child, Sys::kill, first.value, kSigUsr1);
    CHECK(resume(first) == error(Errno::eintr));
}

TEST_CASE_FIXTURE(EpollFixture, "epoll_pwait waits with a mask of its own, epoll_pwait2 for nanoseconds") {
    const Fd all = epoll();
    const Tid child = fork(first);
    block_signals(first, bits(kSigUsr1));
    set_handler(first, kSigUsr1, 0x1000);
    call(child, Sys::kill, first.value, kSigUsr1);
    CHECK(call(first, Sys::epoll_pwait, all, kEvents, 8, kForEver, store(first, SignalMask{0}), 8) ==
          error(Errno::eintr));
    CHECK(signal(first)->mask_to_restore == bits(kSigUsr1));
    CHECK(call(first, Sys::epoll_pwait2, all, kEvents, 8, store(first, std::array<std::int64_t, 2>{0, 1500}),
               0, 8) == kSleeps);
    CHECK(next_deadline(kernel) == kernel.now_ns + 1500);
    pass_time(1500);
    CHECK(resume(first) == 0);
}

TEST_CASE_FIXTURE(EpollFixture, "a socket that hangs up is told of, whatever was asked for") {
    constexpr std::uint64_t kLocal = 1, kStream = 1;
    for (const std::uint32_t asked : {0u, std::uint32_t{kPollRdHup}, kPollRdHup | kEdge}) {
        CHECK(call(first, Sys::socketpair, kLocal, kStream, 0, kBuffer) == 0);
        const auto ends = load<std::array<std::int32_t, 2>>(first, kBuffer);
        const Fd set = epoll();
        CHECK(watch(set, ends[0], asked) == 0);
        CHECK(look(set).empty());
        close(first, ends[1]);
        CHECK(look(set) == std::vector<Fd>{ends[0]});
        close(first, ends[0]);
        close(first, set);
    }
}

}  // namespace ipclab::kernel
