#include "sim/host/tracer.h"

#include <sys/syscall.h>
#include <sys/wait.h>

#include "tests/host/support.h"

using namespace ipclab::host;
using namespace ipclab::host::test;
using ipclab::kernel::Event;
using ipclab::kernel::EventKind;
using ipclab::kernel::ObjectKind;
using ipclab::kernel::SignalAction;
using ipclab::kernel::SignalInfo;
using ipclab::kernel::Trace;

TEST_SUITE("tracer") {
    TEST_CASE("a parent and a child that share a pipe leave the same events as on the simulated kernel") {
        NEEDS_TRACED_RUNS();
        const RealResult result = run_text(R"(
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
    int ends[2], status;
    char buffer[10];
    pipe(ends);
    if (fork() == 0) {
        close(ends[1]);
        long bytes = read(ends[0], buffer, 10);
        write(1, buffer, bytes);
        read(ends[0], buffer, 10);
        return 3;
    }
    close(ends[0]);
    usleep(20000);
    write(ends[1], "hello\n", 6);
    close(ends[1]);
    wait(&status);
    return WEXITSTATUS(status);
}
)");
        REQUIRE_MESSAGE(result.ok(), result.error);
        CHECK(result.standard_output == "hello\n");
        CHECK(WEXITSTATUS(result.wait_status) == 3);
        const Trace& trace = result.trace;
        CHECK(calls_of(trace, 2).starts_with("pipe2 clone close clock_nanosleep! write close wait4"));
        CHECK(calls_of(trace, 3).starts_with("close read! write read"));
        CHECK(kinds_of(trace, 2).starts_with("executed forked"));
        CHECK(kinds_of(trace, 2).ends_with("exited"));
        CHECK(kinds_of(trace, 3) == "output exited");

        const Event* read = find_event(trace, EventKind::syscall, 3, SYS_read);
        REQUIRE(read != nullptr);
        CHECK(read->result == 6);
        CHECK(read->object.kind == ObjectKind::pipe);
        CHECK(read->source.line == 10);
        CHECK(trace.item(*read, 1).text() == "hello\n");
        CHECK(read->time_ns - read->start_ns > 10'000'000);

        const Event* woken = find_event(trace, EventKind::woken, 3);
        REQUIRE(woken != nullptr);
        CHECK(woken->other == 2);
        const Event* forked = find_event(trace, EventKind::forked, 2);
        REQUIRE(forked != nullptr);
        CHECK(forked->other == 3);
        CHECK(forked->source.line == 8);
        const Event* reaped = find_event(trace, EventKind::reaped, 2);
        REQUIRE(reaped != nullptr);
        CHECK(reaped->other == 3);
        CHECK(reaped->result == 3 << 8);
        const Event* exited = find_event(trace, EventKind::exited, 3);
        REQUIRE(exited != nullptr);
        CHECK(exited->result == 3 << 8);
    }
}
