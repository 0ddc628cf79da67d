#include "sim/trace/summary.h"

#include <doctest/doctest.h>

#include "tests/trace/builder.h"

using namespace ipclab::trace;
using namespace ipclab::trace::testing;
using ipclab::kernel::Pid;
using ipclab::kernel::Tid;

TEST_CASE("calls are counted with errors, bytes, time, and the time asleep") {
    Builder b;
    b.event(EventKind::switched, 0, 0, 2);                  // 1 us
    b.blocked(2, Sys::read, {0, 0x10, 8}, {});              // 2 us
    b.event(EventKind::switched, 2, 0, 0);                  // 3 us
    b.event(EventKind::woken, 2);                           // 4 us
    b.blocked(2, Sys::read, {0, 0x10, 8}, {});              // 5 us: in vain
    b.event(EventKind::woken, 2);                           // 6 us
    b.call(2, Sys::read, {0, 0x10, 8}, 3).start_ns = 1500;  // 7 us
    b.call(2, Sys::read, {9, 0x10, 8}, -9).start_ns = 7500;
    b.call(2, Sys::close, {0}, 0).start_ns = 8900;
    b.signal(EventKind::signal_delivered, 2, 15, 2);
    const Summary summary = summarize(b.trace);
    REQUIRE(summary.calls.size() == 2);
    CHECK(summary.calls[0] == CallTotals{0, "read", 2, 1, 5500 + 500, 2000 + 1000, 3});
    CHECK(summary.calls[1] == CallTotals{3, "close", 1, 0, 100, 0, 0});
    REQUIRE(summary.tasks.size() == 1);
    CHECK(summary.tasks[0] == TaskTotals{Tid{2}, Pid{2}, 3, 1, 1, 6100, 3000, 2000, 2, 0});
    CHECK(summary.switches == 2);
    CHECK(format_summary(summary).find("read\n") != std::string::npos);
}

TEST_CASE("an outcome is what was written and how every process ended, in the order of forks") {
    auto run = [](std::int32_t first, std::int32_t a, std::int32_t c, bool c_ends_first) {
        Builder b;
        b.text(EventKind::output, first, "hello ", 1);
        b.event(EventKind::forked, first, 0, a);
        b.event(EventKind::forked, first, 0, c);
        b.text(EventKind::output, a, "oops", 2);
        b.event(EventKind::exited, c_ends_first ? c : a, c_ends_first ? 9 : 0x100);
        b.event(EventKind::exited, c_ends_first ? a : c, c_ends_first ? 0x100 : 9);
        b.text(EventKind::output, first, "world", 1);
        b.event(EventKind::exited, first, 0);
        return outcome_of(b.trace);
    };
    const RunOutcome one = run(2, 3, 4, true), other = run(100, 200, 150, false);
    CHECK(one.out == "hello world");
    CHECK(one.err == "oops");
    REQUIRE(one.endings.size() == 3);
    CHECK(one.endings[0] == Ending{Pid{2}, true, 0});
    CHECK(one.endings[1] == Ending{Pid{3}, true, 0x100});
    CHECK(one.endings[2] == Ending{Pid{4}, true, 9});
    CHECK(one.is_same(other));
    RunOutcome changed = other;
    changed.endings[2].wait_status = 0;
    CHECK_FALSE(one.is_same(changed));
    changed = other;
    changed.endings.pop_back();
    CHECK_FALSE(one.is_same(changed));
}

TEST_CASE("a damaged trace can be summed up") {
    const Trace trace = garbage(5'000);
    CHECK(summarize(trace).tasks.size() > 10);
    CHECK_FALSE(format_summary(summarize(trace)).empty());
    CHECK(outcome_of(trace).is_same(outcome_of(trace)));
}
