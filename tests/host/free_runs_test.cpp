#include "sim/host/free_runs.h"

#include <sys/wait.h>

#include <atomic>

#include "tests/host/support.h"

using namespace ipclab::host;
using namespace ipclab::host::test;

namespace {

FreeRunsRequest many(std::string text, std::uint64_t runs) {
    FreeRunsRequest request;
    request.run = request_for(std::move(text));
    request.runs = runs;
    return request;
}

}  // namespace

TEST_SUITE("free runs") {
    TEST_CASE("the outcomes of many runs are counted by output and end, those seen most first") {
        NEEDS_RUNS();
        FreeRunsRequest request = many(R"(
#include <stdio.h>
int main(void) { fputs("out", stdout); fputs("err", stderr); return getchar(); }
)",
                                       8);
        request.run.stdio.input = "\x05";
        std::atomic<std::uint64_t> told = 0;
        request.on_progress = [&](std::uint64_t done) { told = done; };
        const OutcomeHistogram histogram = run_often(request);
        REQUIRE_MESSAGE(histogram.ok(), histogram.error);
        CHECK(histogram.runs == 8);
        CHECK(told == 8);
        REQUIRE(histogram.counts.size() == 1);
        const auto& [outcome, count] = *histogram.counts.begin();
        CHECK(outcome == RealOutcome{"out", "err", 5 << 8, ""});
        CHECK(count == 8);
    }

    TEST_CASE("outcomes are told apart, and their counts add up to the runs") {
        NEEDS_RUNS();
        // Eight bits of the address of the stack, which Linux chooses anew for each run.
        const OutcomeHistogram histogram = run_often(many(R"(
#include <stdint.h>
int main(void) { int local; return (int)((uintptr_t)&local >> 12) & 7; }
)",
                                                          40));
        REQUIRE_MESSAGE(histogram.ok(), histogram.error);
        CHECK(histogram.counts.size() > 1);
        std::uint64_t sum = 0, last = UINT64_MAX;
        for (const auto& [outcome, count] : histogram.by_count()) {
            CHECK(count <= last);
            last = count;
            sum += count;
        }
        CHECK(sum == 40);
    }

    TEST_CASE("a pinned run has one CPU, any other those that were given, and each its niceness") {
        NEEDS_RUNS();
        FreeRunsRequest request = many(R"(
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <sys/resource.h>
int main(void) {
    cpu_set_t set;
    sched_getaffinity(0, sizeof set, &set);
    printf("%d CPUs, nice %d", CPU_COUNT(&set), getpriority(PRIO_PROCESS, 0));
}
)",
                                       2);
        request.nice = 7;
        OutcomeHistogram histogram = run_often(request);
        REQUIRE_MESSAGE(histogram.ok(), histogram.error);
        const std::string all = std::to_string(allowed_cpus().size());
        CHECK(histogram.counts.begin()->first.standard_output == all + " CPUs, nice 7");
        request.pins = true;
        request.nice = 0;
        request.run.built = histogram.built;
        histogram = run_often(request);
        CHECK(histogram.counts.begin()->first.standard_output == "1 CPUs, nice 0");
    }

    TEST_CASE("a run that is stopped at a limit is an outcome of its own") {
        NEEDS_RUNS();
        FreeRunsRequest request =
            many("#include <unistd.h>\nint main(void) { write(1, \"x\", 1); pause(); }\n", 2);
        request.run.limits.deadline_ns = 100'000'000;
        const OutcomeHistogram histogram = run_often(request);
        REQUIRE_MESSAGE(histogram.ok(), histogram.error);
        REQUIRE(histogram.counts.size() == 1);
        CHECK(histogram.counts.begin()->first.standard_output == "x");
        CHECK(histogram.counts.begin()->first.limit.find("deadline") != std::string::npos);
        CHECK(histogram.counts.begin()->second == 2);
    }

    TEST_CASE("a program that does not compile is not run at all") {
        NEEDS_RUNS();
        const OutcomeHistogram histogram = run_often(many("int main(void) { return x; }", 3));
        CHECK_FALSE(histogram.ok());
        CHECK(histogram.runs == 0);
    }

    TEST_CASE("runs that are cancelled do not count") {
        NEEDS_RUNS();
        FreeRunsRequest request = many("int main(void) { return 0; }", 1'000'000);
        std::stop_source source;
        request.run.cancel = source.get_token();
        request.on_progress = [&](std::uint64_t done) {
            if (done == 3) source.request_stop();
        };
        const OutcomeHistogram histogram = run_often(request);
        CHECK(histogram.runs >= 3);
        CHECK(histogram.runs < 100);
        CHECK(histogram.counts.size() == 1);
    }
}
