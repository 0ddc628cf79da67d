// Time travel: wherever one goes, and however one gets there, the machine is the one that was there before.
#include "sim/engine/timeline.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "sim/cc/cc.h"

using namespace ipclab;
using namespace ipclab::engine;

namespace {

std::shared_ptr<const vm::Program> compiled(const std::string& text) {
    const cc::Result result = cc::compile("program", {{"program.c", text}});
    CAPTURE(cc::format(result.diagnostics));
    REQUIRE(result.program);
    return result.program;
}

Machine machine_of(const std::string& text) {
    return make_machine({compiled(text)}, 0, {}, nullptr);
}

// A parent and a child that talk, compute, and meet the library.
const std::string kTalk = R"(
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static int sum(int n) {
    int s = 0;
    for (int i = 0; i < n; i++) s += i;
    return s;
}

static int odd(int n) {
    int s = 0;
    for (int i = 0; i < n; i++)
        if (i % 2)
            s++;
    return s;
}

int main(void) {
    int ends[2];
    char text[32];
    pipe(ends);
    if (fork() == 0) {
        int n = snprintf(text, sizeof text, "%d", sum(3000) + odd(50));
        write(ends[1], text, n);
        return 0;
    }
    ssize_t n = read(ends[0], text, sizeof text - 1);
    text[n] = 0;
    printf("%s\n", text);
    wait(NULL);
    return sum(20) == 190 ? 0 : 1;
}
)";

const std::string kComputes = R"(
int main(void) {
    volatile int s = 0;
    for (int i = 0; i < 100000; i++) s += i;
    return 0;
}
)";

}  // namespace

TEST_CASE("line by line back visits the places of line by line forward, with the same machines") {
    Timeline timeline(machine_of(kTalk), TimedPolicy{}, {});
    std::vector<Machine> machines{timeline.machine()};
    while (timeline.line_forward()) machines.push_back(timeline.machine());
    CHECK(outcome(timeline.machine()).standard_output == "4498525\n");
    REQUIRE(machines.size() > 100);
    for (std::size_t i = machines.size(); i-- > 0;) {
        REQUIRE(timeline.line_back());
        CAPTURE(i);
        REQUIRE(timeline.machine() == machines[i]);
    }
    CHECK(timeline.at_start());
    CHECK_FALSE(timeline.line_back());
}

TEST_CASE("lines can be walked inside steps that are recorded already") {
    Timeline by_lines(machine_of(kTalk), TimedPolicy{}, {});
    Timeline by_steps(by_lines.machine(), TimedPolicy{}, {});
    by_steps.run_to_end();
    by_steps.seek_start();
    while (by_lines.line_forward()) {
        REQUIRE(by_steps.line_forward());
        REQUIRE(by_lines.machine() == by_steps.machine());
    }
    CHECK_FALSE(by_steps.line_forward());
    CHECK(by_lines.machine() == by_steps.machine());
    CHECK(by_lines.trace() == by_steps.trace());
}

TEST_CASE("a line that takes long is few steps") {
    Timeline timeline(machine_of(kComputes), TimedPolicy{}, {});
    while (vm::current_span(timeline.machine().program_of(kernel::Tid{2}),
                            timeline.machine().contexts[kernel::Tid{2}], true)
               .line != 4)
        REQUIRE(timeline.line_forward());
    const std::size_t before = timeline.recorded_steps();
    REQUIRE(timeline.line_forward());
    CHECK(source_line(timeline.machine(), kernel::Tid{2}).line == 5);
    CHECK(timeline.recorded_steps() - before < 10);
}

TEST_CASE("inside a long step every instruction can be returned to") {
    Timeline timeline(machine_of(kComputes), TimedPolicy{}, {});
    timeline.run_to_end();
    for (int i = 0; i < 5000; ++i) REQUIRE(timeline.instruction_back());
    const Position there = timeline.position();
    const Machine machine = timeline.machine();
    timeline.seek_start();
    timeline.seek(there);
    CHECK(timeline.machine() == machine);
    REQUIRE(timeline.line_back());
    CHECK(timeline.position() < there);
    timeline.seek_recorded_end();
    CHECK(rest(timeline.machine()) == Rest::finished);
}

TEST_CASE("a replayed schedule gives the same run, also where it is walked by instructions") {
    Timeline original(machine_of(kTalk), RandomPolicy{7}, {});
    original.run_to_end();
    const Machine start = [&] {
        original.seek_start();
        return original.machine();
    }();
    Timeline replayed(start, ReplayPolicy{original.schedule(), 0}, {});
    for (int i = 0; i < 500; ++i) REQUIRE(replayed.instruction_forward());
    for (int i = 0; i < 20; ++i) REQUIRE(replayed.line_forward());
    replayed.run_to_end();
    original.seek_recorded_end();
    CHECK(replayed.machine() == original.machine());
    CHECK(replayed.trace() == original.trace());
}

TEST_CASE("the same seed gives the same run, another seed another one") {
    const Machine start = machine_of(kTalk);
    Timeline one(start, RandomPolicy{1}, {}), same(start, RandomPolicy{1}, {}),
        other(start, RandomPolicy{2}, {});
    for (Timeline* each : {&one, &same, &other}) each->run_to_end();
    CHECK(one.schedule() == same.schedule());
    CHECK(one.trace() == same.trace());
    CHECK(one.machine() == same.machine());
    CHECK(one.schedule() != other.schedule());
    CHECK(outcome(one.machine()) == outcome(other.machine()));
}

TEST_CASE("a choice made by hand forgets what came after it, and the run goes on from there") {
    Timeline timeline(machine_of(kTalk), TimedPolicy{}, {});
    timeline.run_to_end();
    const std::size_t events = timeline.trace().events.size();
    timeline.seek({timeline.recorded_steps() / 2, 0});
    const std::vector<kernel::Tid> ready = runnable(timeline.machine());
    REQUIRE_FALSE(ready.empty());
    timeline.choose(Choice::run(ready.back(), kernel::CpuId{0}, 1));
    CHECK(timeline.at_recorded_end());
    CHECK(timeline.trace().events.size() < events);
    timeline.run_to_end();
    CHECK(outcome(timeline.machine()).standard_output == "4498525\n");
    const Machine end = timeline.machine();
    timeline.seek_start();
    timeline.seek_recorded_end();
    CHECK(timeline.machine() == end);
}
