#include "visualizer/model/lanes.h"

#include <doctest/doctest.h>

#include "kernel/network.h"
#include "tests/model/trace_builder.h"

using namespace ipclab;
using namespace ipclab::visualizer;
using kernel::EventKind;
using kernel::PipeId;
using kernel::Tid;

namespace {

/// 2 starts, forks 3, waits on pipe 1 until 3 wakes it; 3 ends and is collected.
TraceBuilder parent_and_child() {
    TraceBuilder b;
    b.switched(0, 2, 0);
    b.call(2, 0, 39, 2);
    b.with_other(EventKind::forked, 2, 3, 100);
    b.blocked(2, 200, 0, ref(PipeId{1}));
    b.switched(2, 3, 210);
    b.with_other(EventKind::woken, 2, 3, 300);
    b.add(EventKind::exited, 3, 400);
    b.switched(3, 2, 410);
    b.with_other(EventKind::reaped, 2, 3, 500);
    return b;
}

std::vector<LaneState> states(const Lane& lane) {
    std::vector<LaneState> found;
    for (const Interval& interval : lane.intervals) found.push_back(interval.state);
    return found;
}

}  // namespace

TEST_CASE("a lane tells when a task ran, was ready, slept and was a zombie") {
    Lanes lanes;
    const TraceBuilder b = parent_and_child();
    CHECK(lanes.update(b.trace));
    REQUIRE(lanes.lanes().size() == 2);
    using enum LaneState;
    CHECK(states(*lanes.find(Tid{3})) == std::vector{ready, running, zombie, gone});
    CHECK(states(*lanes.find(Tid{2})) == std::vector{ready, blocked, ready, running});
    const Interval asleep = lanes.find(Tid{2})->at(250);
    CHECK(asleep.state == blocked);
    CHECK(asleep.object == ref(PipeId{1}));
    CHECK(asleep.call == 0);
}

TEST_CASE("before its beginning a task is not there, and its last interval has no end") {
    Lanes lanes;
    lanes.update(parent_and_child().trace);
    kernel::Time end = 0;
    CHECK(lanes.find(Tid{3})->at(50, &end).state == LaneState::gone);
    CHECK(end == 100);
    lanes.find(Tid{2})->at(450, &end);
    CHECK(end == kernel::kNever);
}

TEST_CASE("looking at a trace in portions gives the same lanes as looking at all of it") {
    const TraceBuilder b = parent_and_child();
    Lanes whole, portions;
    whole.update(b.trace);
    int rounds = 1;
    while (!portions.update(b.trace, 2)) ++rounds;
    CHECK(rounds == 5);
    REQUIRE(portions.lanes().size() == whole.lanes().size());
    for (std::size_t i = 0; i < whole.lanes().size(); ++i) {
        CHECK(portions.lanes()[i].intervals == whole.lanes()[i].intervals);
        CHECK(portions.lanes()[i].marks == whole.lanes()[i].marks);
    }
}

TEST_CASE("processes are numbered in the order of their creation") {
    Lanes lanes;
    lanes.update(parent_and_child().trace);
    CHECK(lanes.order_of(kernel::Pid{2}) == 0);
    CHECK(lanes.order_of(kernel::Pid{3}) == 1);
    CHECK(lanes.order_of(kernel::Pid{99}) == SIZE_MAX);
}

TEST_CASE("in a real trace a task that does not sleep counts as running") {
    Lanes lanes(Lanes::Source::real);
    TraceBuilder b;
    b.call(700, 0, 39, 700);
    b.with_other(EventKind::forked, 700, 701, 100);
    b.blocked(701, 200, 0, ref(PipeId{1}));
    b.call(701, 300, 0, 5);
    lanes.update(b.trace);
    using enum LaneState;
    CHECK(states(*lanes.find(Tid{701})) == std::vector{running, blocked, running});
}

TEST_CASE("a child has its parent's name until it executes a program") {
    Lanes lanes(Lanes::Source::simulated, "sh");
    TraceBuilder b;
    b.call(2, 0, 39, 2);
    b.with_other(EventKind::forked, 2, 3, 100);
    b.with_text(EventKind::executed, 3, "/bin/ls", 200);
    lanes.update(b.trace);
    const Lane& child = *lanes.find(Tid{3});
    CHECK(child.name_at(150) == "sh");
    CHECK(child.name_at(250) == "ls");
    CHECK(child.parent == kernel::Pid{2});
}

TEST_CASE("a pid that is used again gets a lane and a colour of its own") {
    Lanes lanes;
    TraceBuilder b;
    b.call(2, 0, 39, 2);
    b.with_other(EventKind::forked, 2, 3, 100);
    b.add(EventKind::exited, 3, 200);
    b.with_other(EventKind::reaped, 2, 3, 300);
    b.with_other(EventKind::forked, 2, 3, 400);
    lanes.update(b.trace);
    REQUIRE(lanes.lanes().size() == 3);
    CHECK(lanes.lanes()[1].intervals.back().state == LaneState::gone);
    CHECK(lanes.lanes()[2].order == 2);
    CHECK(lanes.find(Tid{3}) == &lanes.lanes()[2]);
}

TEST_CASE("every thread has a colour of its own, the first one that of its process") {
    Lanes lanes;
    TraceBuilder b;
    b.call(2, 0, 39, 2);
    b.with_other(EventKind::forked, 2, 3, 100);
    b.trace.events.back().result = 1;  // a thread
    b.with_other(EventKind::forked, 2, 4, 200);
    lanes.update(b.trace);
    CHECK(lanes.find(Tid{3})->process == kernel::Pid{2});
    CHECK(lanes.order_of(Tid{2}) == lanes.order_of(kernel::Pid{2}));
    CHECK(lanes.order_of(Tid{3}) == 1);
    CHECK(lanes.order_of(kernel::Pid{4}) == 2);
}

TEST_CASE("time never goes backwards in a lane, although the clocks of two CPUs differ") {
    Lanes lanes;
    TraceBuilder b;
    b.switched(0, 2, 0);
    b.call(2, 0, 39, 2);
    b.blocked(2, 1000, 0, ref(PipeId{1}));
    b.with_other(EventKind::woken, 2, 3, 900);
    lanes.update(b.trace);
    kernel::Time last = 0;
    for (const Interval& interval : lanes.find(Tid{2})->intervals) {
        CHECK(interval.begin_ns >= last);
        last = interval.begin_ns;
    }
    CHECK(lanes.find(Tid{2})->intervals.back().state == LaneState::ready);
}

TEST_CASE("a trace that was cut off is looked at afresh") {
    Lanes lanes;
    TraceBuilder b = parent_and_child();
    lanes.update(b.trace);
    b.trace.events.resize(2);
    lanes.update(b.trace);
    CHECK(lanes.lanes().size() == 1);
    CHECK(lanes.seen_events() == 2);
}

TEST_CASE("an empty trace has no lanes") {
    Lanes lanes;
    CHECK(lanes.update({}));
    CHECK(lanes.lanes().empty());
}

TEST_CASE("states that follow each other at the same time have each their room along the events") {
    TraceBuilder b;
    b.switched(0, 2, 0);
    b.call(2, 0, 39, 2);
    b.with_other(EventKind::exited, 2, 0, 100);
    b.with_other(EventKind::reaped, 1, 2, 100);
    Lanes lanes;
    lanes.update(b.trace);
    const Lane& lane = *lanes.find(Tid{2});
    REQUIRE(lane.intervals.size() == 3);
    CHECK(lane.intervals[1].state == LaneState::zombie);
    CHECK(lane.intervals[1].event == 2);
    CHECK(lane.intervals[2].state == LaneState::gone);
    CHECK(lane.at(100).state == LaneState::gone);
}

TEST_CASE(
    "a packet is on the link from when it is sent until it has arrived or is lost, beside others that are") {
    using kernel::PacketStep;
    TraceBuilder b;
    b.switched(0, 2, 0);
    const auto packet = [&](int task, kernel::Time time, int number, PacketStep step) {
        kernel::Event& event = b.trace.events[b.add(EventKind::packet, task, time)];
        event.other = number;
        event.number = static_cast<std::uint16_t>(step);
    };
    packet(2, 100, 1, PacketStep::sent);
    packet(0, 150, 2, PacketStep::sent_again);
    packet(0, 200, 1, PacketStep::delivered);
    packet(0, 210, 2, PacketStep::lost);
    packet(2, 220, 3, PacketStep::sent);
    packet(0, 230, 4, PacketStep::lost);  // the queue was full: it was never on the link
    Lanes lanes;
    lanes.update(b.trace);
    REQUIRE(lanes.flights().size() == 3);
    const Flight &first = lanes.flights()[0], &second = lanes.flights()[1], &third = lanes.flights()[2];
    CHECK(first.order == 0);
    CHECK(first.begin_ns == 100);
    CHECK(first.end_ns == 200);
    CHECK_FALSE(first.is_lost);
    CHECK(second.order == SIZE_MAX);
    CHECK(second.row == 1);
    CHECK(second.is_lost);
    CHECK(third.row == 0);
    CHECK(third.end_ns == kernel::kNever);
    CHECK(lanes.flight_rows() == 2);
}
