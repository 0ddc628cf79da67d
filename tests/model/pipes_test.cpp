#include "visualizer/model/pipes.h"

#include <doctest/doctest.h>

#include "kernel/syscalls.h"
#include "tests/model/trace_builder.h"

using namespace ipclab;
using namespace ipclab::visualizer;
using kernel::PipeId;
using kernel::Sys;

namespace {

void call(TraceBuilder& b, Sys number, PipeId pipe, std::int64_t result) {
    b.call(2, b.now_ns + 10, static_cast<std::uint16_t>(number), result);
    b.last().object = ref(pipe);
}

/// Two pipes, 26 and 31; "hello" goes into the second and two bytes come out.
TraceBuilder two_pipes() {
    TraceBuilder b;
    call(b, Sys::pipe2, PipeId{26}, 0);
    call(b, Sys::pipe, PipeId{31}, 0);
    call(b, Sys::write, PipeId{31}, 5);
    call(b, Sys::read, PipeId{31}, 2);
    call(b, Sys::read, PipeId{31}, -11);
    return b;
}

}  // namespace

TEST_CASE("pipes are counted in the order in which they were made") {
    PipeIndex pipes;
    pipes.update(two_pipes().trace);
    CHECK(pipes.name(PipeId{26}) == "pipe 1");
    CHECK(pipes.name(PipeId{31}) == "pipe 2");
    CHECK(pipes.name(PipeId{7}) == "pipe 7");
}

TEST_CASE("a text about the run calls pipes by their count; what is no pipe's name stays") {
    PipeIndex pipes;
    pipes.update(two_pipes().trace);
    CHECK(pipes.familiar("read on pipe 31 (empty), write on pipe 26") ==
          "read on pipe 2 (empty), write on pipe 1");
    CHECK(pipes.familiar("a pipe is full; pipe x") == "a pipe is full; pipe x");
    CHECK(pipes.familiar("pipe ") == "pipe ");
    CHECK(pipes.familiar("") == "");
}

TEST_CASE("what went through a pipe is the sum of the calls that succeeded") {
    PipeIndex pipes;
    pipes.update(two_pipes().trace);
    REQUIRE(pipes.pipes().size() == 2);
    CHECK(pipes.pipes()[1] == PipeTotal{PipeId{31}, 1, 5, 2});
}

TEST_CASE("looking in portions gives the same pipes, and a trace that was cut off begins anew") {
    const TraceBuilder b = two_pipes();
    PipeIndex whole, portions;
    whole.update(b.trace);
    while (!portions.update(b.trace, 1)) {
    }
    CHECK(whole.pipes() == portions.pipes());
    TraceBuilder shorter;
    call(shorter, Sys::pipe2, PipeId{26}, 0);
    CHECK(portions.update(shorter.trace));
    CHECK(portions.pipes().size() == 1);
}
