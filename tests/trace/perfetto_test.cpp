#include "sim/trace/perfetto.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/trace/builder.h"

using namespace ipclab::trace;
using namespace ipclab::trace::testing;
using Json = nlohmann::json;

namespace {

/// Two processes: 2 forks 3, which reads from a pipe and blocks until 2 writes.
Trace pipe_story() {
    Builder b;
    const ObjectRef pipe{ipclab::kernel::ObjectKind::pipe, 7};
    b.event(EventKind::switched, 0, 0, 2);
    b.text(EventKind::executed, 2, "/bin/prog");
    b.event(EventKind::forked, 2, 0, 3);
    b.call(2, Sys::fork, {}, 3);
    b.event(EventKind::switched, 2, 1, 3);
    b.blocked(3, Sys::read, {3, 0x1000, 10}, pipe);
    b.event(EventKind::switched, 3, 0, 2);
    b.event(EventKind::woken, 3, 0, 2).object = pipe;
    Event& write = b.call(2, Sys::write, {4, 0x2000, 1}, 1, {{1, "x"}});
    write.start_ns -= 1500;
    b.event(EventKind::switched, 2, 0, 3);
    Event& read = b.call(3, Sys::read, {3, 0x1000, 10}, 1, {{1, "x"}});
    read.start_ns = 6000;
    b.event(EventKind::exited, 3, 0);
    b.blocked(2, Sys::wait4, {~0ull, 0, 0, 0}, {});
    return b.trace;
}

std::vector<Json> of(const Json& events, const std::string& phase, const std::string& category = "") {
    std::vector<Json> found;
    for (const Json& event : events)
        if (event["ph"] == phase && (category.empty() || event.value("cat", "") == category))
            found.push_back(event);
    return found;
}

}  // namespace

TEST_CASE("each trace event has the fields that the format requires of its phase") {
    const Json root = Json::parse(to_perfetto(pipe_story()));
    CHECK(root["displayTimeUnit"] == "ns");
    REQUIRE(root["traceEvents"].is_array());
    for (const Json& event : root["traceEvents"]) {
        const std::string phase = event["ph"];
        CHECK(std::string("XisfM").find(phase) != std::string::npos);
        CHECK(event["pid"].is_number_integer());
        CHECK(event["tid"].is_number_integer());
        CHECK(event["name"].is_string());
        CHECK(event["ts"].is_number());
        CHECK(event["ts"].get<double>() >= 0);
        if (phase == "X") CHECK(event["dur"].get<double>() >= 0);
        if (phase == "i") CHECK(event["s"] == "t");
        if (phase == "s" || phase == "f") CHECK(event["id"].is_number_integer());
        if (phase == "M") CHECK(event["args"]["name"].is_string());
    }
}

TEST_CASE("calls are slices, and blocked time lies inside them") {
    const Json events = Json::parse(to_perfetto(pipe_story()))["traceEvents"];
    const auto blocked = of(events, "X", "blocked");
    REQUIRE(blocked.size() == 2);
    CHECK(blocked[0]["name"] == "blocked: pipe 7 is empty");
    CHECK(blocked[0]["tid"] == 3);
    CHECK(blocked[0]["ts"] == 6.0);
    CHECK(blocked[0]["dur"] == 2.0);
    for (const Json& call : of(events, "X", "syscall"))
        if (call["name"] == "read") {
            CHECK(call["ts"] == 6.0);
            CHECK(call["dur"] == 5.0);
            CHECK(call["args"]["detail"] == "read(3, \"x\", 10) = 1");
        }
    // A call that never returned ends with the trace.
    CHECK(of(events, "X", "syscall").back()["name"] == "wait4");
}

TEST_CASE("a wake-up is an arrow from the waker to the woken") {
    const Json events = Json::parse(to_perfetto(pipe_story()))["traceEvents"];
    const auto starts = of(events, "s"), ends = of(events, "f");
    REQUIRE(starts.size() == 1);
    REQUIRE(ends.size() == 1);
    CHECK(starts[0]["tid"] == 2);
    CHECK(ends[0]["tid"] == 3);
    CHECK(starts[0]["id"] == ends[0]["id"]);
    CHECK(ends[0]["bp"] == "e");
}

TEST_CASE("CPUs have tracks, processes the names of their programs") {
    const Json events = Json::parse(to_perfetto(pipe_story()))["traceEvents"];
    const auto running = of(events, "X", "running");
    REQUIRE(running.size() == 4);
    CHECK(running[0]["name"] == "task 2");
    CHECK(running[0]["ts"] == 1.0);
    CHECK(running[0]["dur"] == 4.0);
    CHECK(running[3]["name"] == "task 3");
    CHECK(running[3]["ts"] == 10.0);
    CHECK(running[3]["dur"] == 3.0);  // until the end of the trace
    std::vector<std::string> names;
    for (const Json& event : of(events, "M")) names.push_back(event["args"]["name"]);
    CHECK(names == std::vector<std::string>{"task 2", "task 3", "prog", "process 3", "CPUs", "CPU 0"});
}

TEST_CASE("an empty trace is still a valid file") {
    CHECK(Json::parse(to_perfetto({}))["traceEvents"].empty());
}

TEST_CASE("a damaged trace gives a valid file too") {
    CHECK(Json::accept(to_perfetto(garbage(5'000))));
}
