#include "visualizer/model/ended.h"

#include <doctest/doctest.h>

#include "tests/model/trace_builder.h"

using namespace ipclab;
using namespace ipclab::visualizer;
using kernel::EventKind;
using kernel::PipeId;

namespace {

/// 2 forks 3; 3 runs, waits on a pipe, runs again, and is killed by signal 13 at event 7; nobody ends 2.
TraceBuilder killed_child() {
    TraceBuilder b;
    b.switched(0, 2, 0);
    b.with_other(EventKind::forked, 2, 3, 100);
    b.switched(2, 3, 150);
    b.blocked(3, 200, 0, ref(PipeId{1}));
    b.add(EventKind::woken, 3, 500);
    b.switched(0, 3, 520);
    b.call(3, 530, 0, 1);
    b.with_other(EventKind::exited, 3, 0, 560, 13);
    b.with_other(EventKind::reaped, 2, 3, 700);
    return b;
}

}  // namespace

TEST_CASE("a process that has ended tells how, and what its time went into") {
    Lanes lanes;
    lanes.update(killed_child().trace);
    const std::vector<EndedProcess> ended = ended_processes(lanes, 9);
    REQUIRE(ended.size() == 1);
    CHECK(ended[0].pid == kernel::Pid{3});
    CHECK(ended[0].end == "killed by SIGPIPE");
    CHECK_FALSE(ended[0].is_clean);
    CHECK(ended[0].calls == 1);
    CHECK(ended[0].running_ns == 50 + 40);
    CHECK(ended[0].ready_ns == 50 + 20);
    CHECK(ended[0].blocked_ns == 300);
}

TEST_CASE("before it has ended a process is not among the ended, though the lanes know the future") {
    Lanes lanes;
    lanes.update(killed_child().trace);
    CHECK(ended_processes(lanes, 7).empty());
    CHECK(ended_processes(lanes, 8).size() == 1);
}

TEST_CASE("a process that the kernel still knows has a card of its own") {
    Lanes lanes;
    lanes.update(killed_child().trace);
    kernel::Kernel kernel;
    CHECK(collected_processes(lanes, kernel, 9).size() == 1);
    kernel.processes.insert(kernel::Pid{3}, {});
    CHECK(collected_processes(lanes, kernel, 9).empty());
}
