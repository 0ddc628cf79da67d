#include "visualizer/model/rows.h"

#include <doctest/doctest.h>

#include "tests/model/trace_builder.h"

using namespace ipclab;
using namespace ipclab::visualizer;
using kernel::EventKind;

TEST_CASE("calls, signals and ends are rows of the log; switches and wake-ups are not") {
    TraceBuilder b;
    b.switched(0, 2, 0);
    b.call(2, 10, 39, 2);
    b.blocked(2, 20, 0, {});
    b.with_other(EventKind::woken, 2, 3, 30);
    b.add(EventKind::exited, 2, 40);
    LogRows rows;
    rows.update(b.trace);
    REQUIRE(rows.size() == 3);
    CHECK(rows.event(0) == 1);
    CHECK(rows.event(1) == 2);
    CHECK(rows.event(2) == 4);
}

TEST_CASE("the rows before an event are those whose events have happened") {
    TraceBuilder b;
    for (int i = 0; i < 10; ++i) i % 2 ? b.call(2, i, 39, 2) : b.switched(2, 3, i);
    LogRows rows;
    rows.update(b.trace);
    CHECK(rows.rows_before(0) == 0);
    CHECK(rows.rows_before(1) == 0);
    CHECK(rows.rows_before(2) == 1);
    CHECK(rows.rows_before(10) == 5);
}

TEST_CASE("the last explanation before a place is found") {
    TraceBuilder b;
    b.call(2, 0, 39, 2);
    b.with_text(EventKind::explained, 2, "division by zero", 10);
    b.call(2, 20, 39, 2);
    LogRows rows;
    rows.update(b.trace);
    CHECK(rows.explained_before(1) == SIZE_MAX);
    CHECK(rows.explained_before(2) == 1);
    CHECK(rows.explained_before(3) == 1);
}

TEST_CASE("rows grow with the trace, in portions of any size") {
    TraceBuilder b;
    for (int i = 0; i < 100; ++i) b.call(2, i, 39, 2);
    LogRows rows;
    CHECK_FALSE(rows.update(b.trace, 30));
    CHECK(rows.size() == 30);
    CHECK(rows.update(b.trace));
    CHECK(rows.size() == 100);
}
