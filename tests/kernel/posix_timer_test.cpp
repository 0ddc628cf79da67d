#include "kernel/posix_timer.h"

#include "tests/kernel/fixture.h"

namespace ipclab::kernel {

namespace {

constexpr std::uint64_t kHandler = 0x401000;
constexpr std::uint64_t kBlockAll = ~std::uint64_t{0};

struct Event64 {
    std::uint64_t value = 7;
    std::int32_t signal = kSigUsr1, notify = 0, task = 0;
    std::int32_t unused[11] = {};
};
using Spec = std::array<std::int64_t, 4>;  ///< period and first: seconds, nanoseconds

struct TimerFixture : Fixture {
    std::int32_t make(int signal = kSigUsr1) {
        REQUIRE(call(first, Sys::timer_create, 1, store(first, Event64{.signal = signal}), kBuffer) == 0);
        return load<std::int32_t>(first, kBuffer);
    }
    void set(std::int32_t timer, Time first_ns, Time period_ns) {
        const Spec spec{period_ns / kSecond, period_ns % kSecond, first_ns / kSecond, first_ns % kSecond};
        REQUIRE(call(first, Sys::timer_settime, timer, 0, store(first, spec), 0) == 0);
    }
};

}  // namespace

TEST_CASE_FIXTURE(TimerFixture,
                  "a timer's signal tells its id, its value and how many expirations were missed") {
    set_handler(first, kSigUsr1, kHandler);
    const std::int32_t timer = make();
    set(timer, kSecond, kSecond);
    block_signals(first, bits(kSigUsr1));
    pass_time(kSecond);
    pass_time(3 * kSecond + 1);
    block_signals(first, 0);
    const auto handler = signal(first);
    REQUIRE(handler);
    CHECK(handler->info.code == kSiTimer);
    CHECK(handler->info.timer == timer);
    CHECK(handler->info.value == 7);
    CHECK(handler->info.overrun == 3);
    CHECK(call(first, Sys::timer_getoverrun, timer) == 3);
    CHECK(next_deadline(kernel) == kernel.now_ns + kSecond - 1);
}

TEST_CASE_FIXTURE(TimerFixture,
                  "a timer whose signal waits or is ignored costs nothing, however short its period") {
    const std::int32_t timer = make();
    block_signals(first, kBlockAll);
    set(timer, 1, 1);
    pass_time(kSecond);
    CHECK(next_deadline(kernel) == kNever);
    CHECK(events(EventKind::signal_sent).size() == 1);
    block_signals(first, 0);
    set_handler(first, kSigUsr1, kSigIgn);
    CHECK(next_deadline(kernel) == kNever);
    set_handler(first, kSigUsr1, kHandler);
    CHECK(signal(first));
}

TEST_CASE_FIXTURE(TimerFixture, "timers stay with their process: not inherited by fork, deleted by execve") {
    const std::int32_t timer = make();
    block_signals(first, kBlockAll);
    set(timer, kSecond, 0);
    const Tid child = fork(first);
    CHECK(call(child, Sys::timer_getoverrun, timer) == error(Errno::einval));
    pass_time(kSecond);
    CHECK(process(first).pending.queue.size() == 1);
    CHECK(call(first, Sys::execve, path(first, "/bin/test"), 0, 0) == 0);
    CHECK(process(first).timers->timers.empty());
    CHECK(process(first).pending.set == 0);
}

TEST_CASE_FIXTURE(TimerFixture, "alarms and timers that are due together are in one order") {
    set_handler(first, kSigUsr1, kHandler);
    set_handler(first, kSigAlrm, kHandler);
    const std::int32_t timer = make();
    set(timer, kSecond, 0);
    call(first, Sys::alarm, 1);
    pass_time(kSecond);
    const auto sent = events(EventKind::signal_sent);
    REQUIRE(sent.size() == 2);
    CHECK(sent[0].number == kSigAlrm);
    CHECK(sent[1].number == kSigUsr1);
}

TEST_CASE_FIXTURE(TimerFixture, "timers on clocks of CPU time are refused by name") {
    CHECK(call(first, Sys::timer_create, 2, 0, kBuffer) == error(Errno::eopnotsupp));
    CHECK(events(EventKind::explained).size() == 1);
}

}  // namespace ipclab::kernel
