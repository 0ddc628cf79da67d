// The explorer: exact sets of outcomes, and schedules that lead there again.
#include <doctest/doctest.h>

#include "tests/explore/support.h"

using namespace ipclab;
using namespace ipclab::testing;
using explore::FindingKind;
using Strings = std::set<std::string>;

TEST_CASE("two processes that add to a counter without a lock lose updates, down to two") {
    const explore::Result result = explore_text(lost_update(2, 3));
    CHECK(printed(result) == Strings{"2", "3", "4", "5", "6"});
    CHECK(count(result, FindingKind::race) == 2);
    CHECK(count(result, FindingKind::deadlock) == 0);
}

TEST_CASE("the numbers of states are exact") {
    struct Row {
        int processes, times;
        std::uint64_t states, moves;
    };
    for (const Row& row : {Row{2, 1, 10, 12}, Row{2, 3, 183, 298}, Row{3, 1, 56, 96}, Row{3, 2, 892, 1965}}) {
        explore::Options options;
        options.exchanges_twins = false;
        const explore::Result result =
            explore::explore(machine_to_explore(lost_update(row.processes, row.times)), options);
        CAPTURE(row.processes);
        CAPTURE(row.times);
        CHECK(result.states == row.states);
        CHECK(result.moves == row.moves);
    }
}

TEST_CASE("one process alone has one outcome, and a single state at its end") {
    const explore::Result result =
        explore_text("#include <stdio.h>\nint main(void) { puts(\"hello\"); return 3; }");
    CHECK(printed(result) == Strings{"hello\n/3"});
    CHECK(result.findings.empty());
    CHECK(result.moves <= 1);
}

TEST_CASE("two locks that are taken in opposite orders can deadlock, and the circle is told") {
    const explore::Result result = explore_text(kCrossedLocks);
    CHECK(count(result, FindingKind::deadlock) == 1);
    CHECK(told(result, FindingKind::deadlock)
              .find("deadlock: thread 2 waits for the mutex 'b' (global), which thread 3 "
                    "holds; thread 3 waits for the mutex 'a' (global)") != std::string::npos);
    CHECK(printed(result) == Strings{""});
}

TEST_CASE("the schedule of each outcome and finding leads there again") {
    for (const std::string& text : {lost_update(2, 2), kCrossedLocks}) {
        const engine::Machine initial = machine_to_explore(text);
        const explore::Result result = explore::explore(initial, {});
        for (const explore::FoundOutcome& each : result.outcomes) {
            const engine::Machine end = replayed(initial, each.schedule);
            CHECK(engine::rest(end) == engine::Rest::finished);
            CHECK(engine::outcome(end) == each.outcome);
        }
        for (const explore::Finding& each : result.findings) {
            const engine::Machine end = replayed(initial, each.schedule);
            CHECK((engine::rest(end) == engine::Rest::stuck) == (each.kind == FindingKind::deadlock));
        }
    }
}

TEST_CASE("a spin loop ends: its states come again") {
    const explore::Result result = explore_text(kSpinning);
    CHECK(printed(result) == Strings{"done\n"});
    CHECK(result.findings.empty());
}

TEST_CASE("what is not explored is said: timers of CPU time, and jumps out of signal handlers") {
    const explore::Result timer = explore::explore(machine_to_explore(R"(
#include <sys/time.h>
int main(void) {
    struct itimerval soon = {{0, 0}, {1, 0}};
    setitimer(ITIMER_VIRTUAL, &soon, 0);
    return 0;
}
)"),
                                                   {});
    CHECK_FALSE(timer.is_exhaustive);
    CHECK(timer.limit == "timers of CPU time never expire here");
    const explore::Result reach = explore::explore(machine_to_explore(R"(
#define _GNU_SOURCE
#include <sys/uio.h>
#include <unistd.h>
int main(void) {
    char from = 'x', to = 0;
    struct iovec local = {&to, 1}, remote = {&from, 1};
    return process_vm_readv(getpid(), &local, 1, &remote, 1, 0) != 1;
}
)"),
                                                   {});
    CHECK_FALSE(reach.is_exhaustive);
    CHECK(reach.limit.starts_with("process_vm_readv()"));
    const explore::Result jump = explore::explore(machine_to_explore(R"(
#include <setjmp.h>
#include <signal.h>
static sigjmp_buf back;
static void handle(int signal) { siglongjmp(back, signal); }
int main(void) {
    signal(SIGUSR1, handle);
    if (sigsetjmp(back, 1) == 0) raise(SIGUSR1);
    return 0;
}
)"),
                                                  {});
    CHECK_FALSE(jump.is_exhaustive);
    CHECK(jump.limit.starts_with("siglongjmp()"));
}

TEST_CASE("a limit that is hit is said, and nothing more is claimed") {
    explore::Options options;
    options.most_states = 20;
    options.on_progress = [](const explore::Progress&) { return false; };
    const explore::Result result = explore::explore(machine_to_explore(lost_update(2, 3)), options);
    CHECK_FALSE(result.is_exhaustive);
    CHECK(result.states < 20);
}
