// Lines of several programs in one trace.
#include "sim/session/source_lines.h"

#include <doctest/doctest.h>

#include "kernel/syscalls.h"

using namespace ipclab;
using kernel::Event;
using kernel::EventKind;
using session::SourceLines;

namespace {

void add(kernel::Trace& trace, EventKind kind, std::int32_t process, kernel::SourceLine source,
         const char* path = nullptr, std::int32_t other = 0) {
    Event event;
    event.kind = kind;
    event.task = kernel::Tid{process};
    event.process = kernel::Pid{process};
    event.source = source;
    event.other = other;
    event.number = path ? static_cast<std::uint16_t>(kernel::Sys::execve) : 0;
    trace.add(event);
    if (path) trace.add_payload(0, std::string_view(path));
}

SourceLines two_programs() {
    return SourceLines(
        {{"shell", {{"src/main.c", {}}, {"src/parse.c", {}}}}, {"tool", {{"tool/main.c", {}}}}});
}

}  // namespace

TEST_CASE("the lines of a process are those of the program that it runs, from fork to exec") {
    kernel::Trace trace;
    add(trace, EventKind::executed, 2, {}, "/bin/shell");
    add(trace, EventKind::syscall, 2, {1, 7});  // src/parse.c:7
    add(trace, EventKind::forked, 2, {0, 8}, nullptr, 3);
    add(trace, EventKind::syscall, 3, {1, 9});  // still the shell's
    add(trace, EventKind::executed, 3, {0, 10}, "/bin/tool");
    add(trace, EventKind::syscall, 3, {0, 10}, "/bin/tool");  // the execve itself: a line of the shell
    add(trace, EventKind::syscall, 3, {0, 3});                // tool/main.c:3
    add(trace, EventKind::syscall, 3, {5, 3});                // no such file
    add(trace, EventKind::executed, 3, {0, 4}, "/bin/other");
    add(trace, EventKind::syscall, 3, {0, 1});  // of a program that nobody knows
    SourceLines lines = two_programs();
    lines.renumber(trace);
    const auto at = [&](std::size_t event) { return trace.events[event].source; };
    CHECK(at(1) == kernel::SourceLine{1, 7});
    CHECK(at(3) == kernel::SourceLine{1, 9});
    CHECK(at(5) == kernel::SourceLine{0, 10});
    CHECK(at(6) == kernel::SourceLine{2, 3});
    CHECK(at(7) == kernel::SourceLine{});
    CHECK(at(8) == kernel::SourceLine{2, 4});
    CHECK(at(9) == kernel::SourceLine{});
}

TEST_CASE("a trace may come in pieces") {
    kernel::Trace first, second;
    add(first, EventKind::executed, 2, {}, "/bin/tool");
    add(second, EventKind::syscall, 2, {0, 3});
    SourceLines lines = two_programs();
    lines.renumber(first);
    lines.renumber(second);
    CHECK(second.events[0].source == kernel::SourceLine{2, 3});
}

TEST_CASE("files are shown without folders where that is clear") {
    CHECK(two_programs().names() == std::vector<std::string>{"src/main.c", "parse.c", "tool/main.c"});
}
