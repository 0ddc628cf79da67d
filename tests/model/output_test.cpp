#include "visualizer/model/output.h"

#include <doctest/doctest.h>

#include <string>

#include "tests/model/trace_builder.h"

using namespace ipclab;
using namespace ipclab::visualizer;
using kernel::EventKind;

namespace {

std::string line_text(const OutputLines& lines, const TraceBuilder& b, std::size_t line, std::size_t events) {
    std::string text;
    for (const OutputPiece& piece : lines.line(line, events)) text += OutputLines::text(piece, b.trace);
    return text;
}

}  // namespace

TEST_CASE("a line is put together from the writes of several processes, each piece with its writer") {
    TraceBuilder b;
    b.with_text(EventKind::output, 2, "hello ", 0, 1);
    b.with_text(EventKind::output, 3, "world\nnext", 10, 1);
    OutputLines lines;
    lines.update(b.trace);
    REQUIRE(lines.lines_before(2) == 2);
    CHECK(line_text(lines, b, 0, 2) == "hello world");
    CHECK(line_text(lines, b, 1, 2) == "next");
    const auto pieces = lines.line(0, 2);
    CHECK(pieces[0].writer == kernel::Pid{2});
    CHECK(pieces[1].writer == kernel::Pid{3});
    CHECK(pieces[1].ends_line);
}

TEST_CASE("going back takes the later output away") {
    TraceBuilder b;
    b.with_text(EventKind::output, 2, "hello ", 0, 1);
    b.with_text(EventKind::output, 2, "world\n", 10, 1);
    OutputLines lines;
    lines.update(b.trace);
    CHECK(lines.lines_before(0) == 0);
    CHECK(lines.lines_before(1) == 1);
    CHECK(line_text(lines, b, 0, 1) == "hello ");
    CHECK(line_text(lines, b, 0, 2) == "hello world");
}

TEST_CASE("standard error and typed input are told from standard output") {
    TraceBuilder b;
    b.with_text(EventKind::output, 2, "no such file\n", 0, 2);
    b.with_text(EventKind::input, 0, "yes\n", 10);
    OutputLines lines;
    lines.update(b.trace);
    CHECK(lines.line(0, 2)[0].is_error);
    CHECK(lines.line(1, 2)[0].is_input);
    CHECK_FALSE(lines.line(1, 2)[0].is_error);
}

TEST_CASE("empty lines are lines") {
    TraceBuilder b;
    b.with_text(EventKind::output, 2, "a\n\n\nb", 0, 1);
    OutputLines lines;
    lines.update(b.trace);
    CHECK(lines.lines_before(1) == 4);
    CHECK(line_text(lines, b, 1, 1).empty());
    CHECK(line_text(lines, b, 3, 1) == "b");
}

TEST_CASE("a line without end is broken, so that it can be shown") {
    TraceBuilder b;
    b.with_text(EventKind::output, 2, std::string(1000, 'x'), 0, 1);
    OutputLines lines;
    lines.update(b.trace);
    CHECK(lines.lines_before(1) == 3);
    CHECK(line_text(lines, b, 0, 1).size() == OutputLines::kMaxLineBytes);
    CHECK(line_text(lines, b, 2, 1).size() == 1000 - 2 * OutputLines::kMaxLineBytes);
}

TEST_CASE("bytes that the trace did not keep are counted") {
    TraceBuilder b;
    b.add(EventKind::output, 2, 0);
    const std::string kept = "abc";
    b.trace.add_payload(0, {reinterpret_cast<const std::uint8_t*>(kept.data()), kept.size()}, 1000);
    OutputLines lines;
    lines.update(b.trace);
    CHECK(lines.line(0, 1)[0].missing == 997);
}
