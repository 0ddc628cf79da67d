#include "kernel/poll.h"
#include "tests/kernel/fixture.h"

namespace ipclab::kernel {

namespace {

constexpr std::uint64_t kRealtime = 0, kMonotonic = 1;
constexpr int kAbsolute = 1;

struct Spec {
    std::int64_t interval_s = 0, interval_ns = 0, value_s = 0, value_ns = 0;
    bool operator==(const Spec&) const = default;
};

struct Timerfd : Fixture {
    Fd timer(std::uint64_t clock = kMonotonic) {
        return static_cast<Fd>(call(first, Sys::timerfd_create, clock, kONonBlock));
    }
    std::int64_t set(Fd fd, Spec spec, int flags = 0) {
        return call(first, Sys::timerfd_settime, fd, flags, store(first, spec), 0);
    }
    Spec setting(Fd fd) {
        CHECK(call(first, Sys::timerfd_gettime, fd, kScratch) == 0);
        return load<Spec>(first, kScratch);
    }
    /// What a read gives: expirations, or a negative errno.
    std::int64_t ticks(Fd fd) {
        const std::int64_t done = read(first, fd, 8);
        return done == 8 ? static_cast<std::int64_t>(load<std::uint64_t>(first, kBuffer)) : done;
    }
    std::uint32_t ready(Fd fd) { return ready_events(kernel, kernel.files[*process(first).fds->get(fd)]); }
};

const std::int64_t kNone = error(Errno::eagain);

}  // namespace

TEST_CASE_FIXTURE(Timerfd, "a one-shot timer expires once, and says so once") {
    const Fd fd = timer();
    CHECK(setting(fd) == Spec{});
    CHECK(set(fd, {.value_s = 2}) == 0);
    pass_time(500 * kMillisecond);
    CHECK(setting(fd) == Spec{.value_s = 1, .value_ns = 500'000'000});
    CHECK(ticks(fd) == kNone);
    CHECK(ready(fd) == 0);
    pass_time(2 * kSecond);
    CHECK(ready(fd) == kPollIn);
    CHECK(setting(fd) == Spec{});
    CHECK(ticks(fd) == 1);
    CHECK(ticks(fd) == kNone);
    CHECK(earliest_timer(kernel) == kNever);
}

TEST_CASE_FIXTURE(Timerfd, "a read of a periodic timer counts all expirations since the last one") {
    const Fd fd = timer();
    CHECK(set(fd, {.interval_s = 10, .value_s = 1}) == 0);
    pass_time(32 * kSecond);
    CHECK(ticks(fd) == 4);
    CHECK(setting(fd) == Spec{.interval_s = 10, .value_s = 9});
    pass_time(9 * kSecond);
    CHECK(ticks(fd) == 1);
}

TEST_CASE_FIXTURE(Timerfd,
                  "a periodic timer that nobody reads does not fire again, until somebody looks at it") {
    const Fd fd = timer();
    CHECK(set(fd, {.interval_ns = 1, .value_ns = 1}) == 0);
    pass_time(kSecond);
    CHECK(earliest_timer(kernel) == kNever);
    setting(fd);
    CHECK(earliest_timer(kernel) == kernel.now_ns + 1);
    CHECK(ticks(fd) == kSecond);
}

TEST_CASE_FIXTURE(Timerfd,
                  "a time that has passed expires at once; one of the wall clock counts from the epoch") {
    const Fd fd = timer(kRealtime);
    CHECK(set(fd, {.interval_s = 10, .value_s = kBootEpochSeconds - 25}, kAbsolute) == 0);
    pass_time(0);
    CHECK(ticks(fd) == 3);
    CHECK(setting(fd) == Spec{.interval_s = 10, .value_s = 5});
    CHECK(set(timer(), {.value_s = 1}, kAbsolute) == 0);
    CHECK(earliest_timer(kernel) == kSecond);
}

TEST_CASE_FIXTURE(Timerfd, "a reader sleeps until the timer expires; setting it anew forgets expirations") {
    const auto fd = static_cast<Fd>(call(first, Sys::timerfd_create, kMonotonic, 0));
    set(fd, {.value_s = 1});
    pass_time(kSecond);
    set(fd, {.value_s = 1});
    CHECK(read(first, fd, 8) == kSleeps);
    CHECK(describe_wait(kernel, first) == "blocked in read on timerfd 1");
    pass_time(kSecond);
    CHECK(resume(first) == 8);
}

TEST_CASE_FIXTURE(Timerfd, "a disarmed timer never expires and tells what was left") {
    const Fd fd = timer();
    set(fd, {.interval_s = 3, .value_s = 5});
    CHECK(call(first, Sys::timerfd_settime, fd, 0, store(first, Spec{}), kScratch + 64) == 0);
    CHECK(load<Spec>(first, kScratch + 64) == Spec{.interval_s = 3, .value_s = 5});
    pass_time(10 * kSecond);
    CHECK(ticks(fd) == kNone);
}

TEST_CASE_FIXTURE(Timerfd, "what timerfds refuse") {
    const Fd fd = timer();
    for (const std::uint64_t clock : {2, 3, 4, 11, 99})
        CHECK(call(first, Sys::timerfd_create, clock, 0) == error(Errno::einval));
    CHECK(call(first, Sys::timerfd_create, 8, 0) == error(Errno::eperm));  // CLOCK_REALTIME_ALARM
    CHECK(call(first, Sys::timerfd_create, kMonotonic, 1) == error(Errno::einval));
    CHECK(set(fd, {.value_ns = 1'000'000'000}) == error(Errno::einval));
    CHECK(set(fd, {.interval_s = -1, .value_s = 1}) == error(Errno::einval));
    CHECK(set(fd, {}, 4) == error(Errno::einval));
    CHECK(set(77, {}) == error(Errno::ebadf));
    CHECK(set(1, {}) == error(Errno::einval));
    CHECK(call(first, Sys::timerfd_settime, 77, 4, kBadAddress, 0) == error(Errno::efault));
    CHECK(call(first, Sys::timerfd_gettime, fd, kBadAddress) == error(Errno::efault));
    CHECK(read(first, fd, 7) == error(Errno::einval));
    CHECK(write(first, fd, "12345678") == error(Errno::einval));
}

}  // namespace ipclab::kernel
