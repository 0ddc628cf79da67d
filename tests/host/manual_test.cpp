// The example programs of the manual pages (package manpages-dev), as they stand there, on the real Linux.
#include <sys/syscall.h>
#include <sys/wait.h>

#include <filesystem>

#include "tests/host/support.h"

using namespace ipclab::host;
using namespace ipclab::host::test;
using ipclab::kernel::Event;
using ipclab::kernel::EventKind;

namespace {

/// The C program of a page's EXAMPLES section: between .EX and .EE, roff's escapes undone. Empty: no such
/// page.
std::string example_of(const std::string& page) {
    const std::string path = "/usr/share/man/" + page + ".gz";
    if (!std::filesystem::exists(path)) return {};
    const std::string text = run_command({"zcat", path}, {}, 5'000'000'000).output;
    std::size_t at = text.find(".SH EXAMPLES");
    if (at == std::string::npos) return {};
    at = text.find("#include", at);
    const std::size_t end = text.find("\n.EE", at);
    if (at == std::string::npos || end == std::string::npos) return {};
    std::string program;
    for (std::size_t i = at; i < end; ++i) {
        if (text[i] != '\\' || i + 1 >= end) {
            program += text[i];
            continue;
        }
        const char next = text[++i];
        if (next == 'e') program += '\\';
        if (next == '-') program += '-';
        if (next == '(' && text.compare(i, 3, "(aq") == 0) program += '\'';
        if (next == '(' && text.compare(i, 3, "(ha") == 0) program += '^';
        if (next == '(' && text.compare(i, 3, "(ti") == 0) program += '~';
        if (next == '(') i += 2;
    }
    return program;
}

#define NEEDS_PAGE(text)                                                           \
    do {                                                                           \
        if ((text).empty()) {                                                      \
            MESSAGE("skipped: the manual page is missing (package manpages-dev)"); \
            return;                                                                \
        }                                                                          \
    } while (false)

}  // namespace

TEST_SUITE("manual pages") {
    TEST_CASE("the example of pipe(2): the parent writes its argument, the child reads it byte by byte") {
        NEEDS_TRACED_RUNS();
        const std::string program = example_of("man2/pipe.2");
        NEEDS_PAGE(program);
        RealRequest request = request_for(program);
        request.arguments = {"hello"};
        const RealResult result = run_real(request);
        REQUIRE_MESSAGE(result.ok(), result.error);
        CHECK(result.standard_output == "hello\n");
        CHECK(result.wait_status == 0);
        // Whether the last wait and the first read have to sleep is up to the scheduler.
        std::string parent = calls_of(result.trace, 2), child = calls_of(result.trace, 3);
        std::erase(parent, '!');
        std::erase(child, '!');
        CHECK(parent == "pipe2 clone close write close wait4 exit_group");
        CHECK(child ==
              "close read write read write read write read write read write read write close exit_group");
        CHECK(kinds_of(result.trace, 3) == "output output output output output output exited");
    }

    TEST_CASE("the example of wait(2): the parent reports how its child ended") {
        NEEDS_TRACED_RUNS();
        const std::string program = example_of("man2/wait.2");
        NEEDS_PAGE(program);
        RealRequest request = request_for(program);
        request.arguments = {"7"};
        const RealResult result = run_real(request);
        REQUIRE_MESSAGE(result.ok(), result.error);
        CHECK(result.standard_output.find("exited, status=7") != std::string::npos);
        const Event* reaped = find_event(result.trace, EventKind::reaped, 2);
        REQUIRE(reaped != nullptr);
        CHECK(WEXITSTATUS(reaped->result) == 7);
    }

    TEST_CASE("the example of fork(2): two processes say who they are") {
        NEEDS_TRACED_RUNS();
        const std::string program = example_of("man2/fork.2");
        NEEDS_PAGE(program);
        const RealResult result = run_text(program);
        REQUIRE_MESSAGE(result.ok(), result.error);
        CHECK(find_event(result.trace, EventKind::exited, 2) != nullptr);
        CHECK(find_event(result.trace, EventKind::exited, 3) != nullptr);
    }
}
