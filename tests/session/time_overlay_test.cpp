// The two timelines over each other, on traces made by hand.
#include <doctest/doctest.h>

#include <sys/syscall.h>

#include "sim/session/time_overlay.h"

using namespace ipclab;
using namespace ipclab::session;
using kernel::Event;
using kernel::EventKind;

namespace {

Event event(EventKind kind, int task, kernel::Time at, kernel::Time since = 0) {
    Event made;
    made.kind = kind;
    made.task = kernel::Tid{task};
    made.process = kernel::Pid{task};
    made.time_ns = at;
    made.start_ns = since;
    made.number = SYS_getppid;
    return made;
}

/// Three calls of 100 ns, 1 us after each other, from 500 on. The same on the real kernel, whose main() begins at 10,000: but
/// each of the two stops of a call takes 2 us.
BothRuns three_calls() {
    BothRuns both;
    kernel::Trace& left = both.simulated_trace;
    kernel::Trace& right = both.real.result.trace;
    left.add(event(EventKind::executed, 2, 500));
    for (int i = 1; i <= 3; ++i) left.add(event(EventKind::syscall, 2, 500 + 1000 * i, 400 + 1000 * i));
    for (int i = 1; i <= 3; ++i) {
        const kernel::Time begin = 10'000 + 1000 * i - 100 + 4000 * (i - 1);
        right.add(event(EventKind::syscall, 2, begin + 2000 + 100, begin));
    }
    both.comparison.tasks.push_back({kernel::Tid{2}, kernel::Tid{2}, "the first process"});
    for (std::size_t i = 0; i < 3; ++i)
        both.comparison.rows.push_back({0, i + 1, i, trace::Verdict::same, ""});
    both.real.result.main_ns = 10'000;
    both.real.result.untraced_ns = 50'000;
    both.real.result.duration_ns = 50'000 + 6 * 2000;
    return both;
}

}  // namespace

TEST_CASE("what the tracer's stops have cost is taken off the real times") {
    const TimeError error = time_error(three_calls());
    CHECK(error.stop_ns == doctest::Approx(2000));
    CHECK(error.simulated_ns == doctest::Approx(3000));
    CHECK(error.real_ns == doctest::Approx(3000));
    CHECK(error.whole() == doctest::Approx(0));
    CHECK(error.calls == 3);
    CHECK(error.median_ns == doctest::Approx(0));
}

TEST_CASE("where a traced run started slowly, a stop costs no more than the shortest calls last") {
    BothRuns both = three_calls();
    both.real.result.duration_ns += 3'000'000;
    CHECK(time_error(both).stop_ns == doctest::Approx(2100));
    both.real.result.untraced_ns = 0;  // not measured
    CHECK(time_error(both).stop_ns == doctest::Approx(2100));
}

TEST_CASE("a traced run that is no slower than an untraced one has its times as they are") {
    BothRuns both = three_calls();
    both.real.result.untraced_ns = 2 * both.real.result.duration_ns;
    CHECK(time_error(both).stop_ns == 0);
}

TEST_CASE("a simulated run that takes half as long again is 50 percent off") {
    BothRuns both = three_calls();
    Event late = event(EventKind::exited, 2, 500 + 4500);
    both.simulated_trace.add(late);
    CHECK(time_error(both).whole() == doctest::Approx(0.5));
    CHECK(time_overlay(both, 60).find("The whole run: simulated 4.5 us, real 3.0 us: +50 %.") !=
          std::string::npos);
}

TEST_CASE("a lane shows what a task does for most of each part of the time") {
    BothRuns both = three_calls();
    both.simulated_trace.add(event(EventKind::blocked, 2, 500 + 3000, 500 + 3000));
    both.simulated_trace.add(event(EventKind::syscall, 2, 500 + 9000, 500 + 3000));
    both.simulated_trace.add(event(EventKind::exited, 2, 500 + 10'000));
    const std::string text = time_overlay(both, 26 + 20);
    CHECK(text.find("simulated ======............==\n") != std::string::npos);
    CHECK(text.find("real      ======              \n") != std::string::npos);
}

TEST_CASE("the summary of a traced run says how much slower it was") {
    host::RealResult result;
    CHECK(slowdown_text(result) == "");
    result.duration_ns = 28'100'000;
    result.untraced_ns = 2'200'000;
    CHECK(slowdown_text(result) == "Traced it took 28.1 ms, untraced 2.2 ms: 12.8 times as long.");
}
