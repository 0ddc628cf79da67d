// What the sandbox says of what a program has left behind; programs that try to make that hurt.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "tests/host/support.h"

using namespace ipclab;
using namespace ipclab::host;
using namespace ipclab::host::test;
using trace::LeftKind;

namespace {

RealResult run_and_look(const std::string& text, RunMode mode = RunMode::free) {
    RealRequest request = request_for(text);
    request.mode = mode;
    request.reports_left = true;
    return run_real(request);
}

std::int64_t entries_of(const RealResult& result, std::string_view directory) {
    for (const trace::LeftObject& object : result.left->objects)
        if (object.kind == LeftKind::directory && object.name == directory) return object.numbers[1];
    return -1;
}

}  // namespace

TEST_CASE("a program that leaves nothing leaves three empty directories, traced or free") {
    NEEDS_TRACED_RUNS();
    for (RunMode mode : {RunMode::free, RunMode::traced}) {
        const RealResult result = run_and_look("int main(void) { return 0; }", mode);
        REQUIRE(result.left);
        CHECK(result.left->objects.size() == 3);
        for (std::string_view directory : trace::kLeftDirectories) CHECK(entries_of(result, directory) == 0);
    }
}

TEST_CASE("what is left is looked at when the last process has ended, not the first") {
    NEEDS_RUNS();
    const RealResult result = run_and_look(R"(
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>
int main(void) {
    int ends[2];
    char byte;
    pipe(ends);
    if (fork() == 0) {
        close(ends[1]);
        read(ends[0], &byte, 1);  // until the first one has ended
        open("late", O_CREAT | O_RDWR, 0600);
    }
    return 0;
}
)");
    REQUIRE(result.left);
    CHECK(entries_of(result, "/home/student") == 1);
}

TEST_CASE(
    "nothing is said of what is left where nobody asks, a limit ended the run, or there is no sandbox") {
    NEEDS_RUNS();
    RealRequest request = request_for("#include <unistd.h>\nint main(void) { for (;;) pause(); }");
    request.mode = RunMode::free;
    request.reports_left = true;
    request.limits.deadline_ns = 200'000'000;
    CHECK_FALSE(run_real(request).left);
    request = request_for("int main(void) { return 0; }");
    request.mode = RunMode::free;
    CHECK_FALSE(run_real(request).left);
}

TEST_CASE(
    "100,000 files, a full /dev/shm, a thousand queues and names of any bytes are reported within limits") {
    NEEDS_RUNS();
    const RealResult result = run_and_look(R"(
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <unistd.h>
int main(void) {
    static char bytes[1 << 20];
    char name[256];
    memset(bytes, 'x', sizeof bytes);
    for (int i = 0; i < 100000; i++) {
        snprintf(name, sizeof name, "/tmp/%d", i);
        link(i == 0 ? "/none" : "/tmp/0", name) == 0 || close(open(name, O_CREAT, 0));
    }
    signal(SIGXFSZ, SIG_IGN);
    int board = shm_open("/board", O_CREAT | O_RDWR, 0600);
    while (write(board, bytes, sizeof bytes) > 0) {}
    for (int i = 0; i < 1000; i++) msgget(i + 1, IPC_CREAT);
    shmget(1, 1ul << 40, IPC_CREAT);
    // 40 directories of 40 files each, of 16 KiB
    for (int i = 0; i < 40; i++) {
        snprintf(name, sizeof name, "\n\033\377%d", i);
        mkdir(name, 0700);
        if (chdir(name) != 0) return 1;
        for (int j = 0; j < 40; j++) {
            snprintf(name, sizeof name, "%d", j);
            int fd = open(name, O_CREAT | O_RDWR, 0600);
            write(fd, bytes, 20000);
            close(fd);
        }
        chdir("..");
    }
    return 0;
}
)");
    REQUIRE_MESSAGE(result.ok(), result.error);
    CHECK_FALSE(result.limit);
    REQUIRE(result.left);
    CHECK(result.left->is_cut);
    CHECK(result.left->objects.size() == LEFT_MOST_OBJECTS);
    std::size_t bytes = 0;
    for (const trace::LeftObject& object : result.left->objects)
        for (const trace::LeftPart& part : object.parts) {
            CHECK(part.begin.size() <= LEFT_MOST_BYTES);
            bytes += part.begin.size();
        }
    CHECK(bytes <= std::size_t{LEFT_MOST_OBJECTS} * LEFT_MOST_BYTES);
    CHECK(std::any_of(result.left->objects.begin(), result.left->objects.end(), [](const auto& object) {
        return object.kind == LeftKind::too_many && object.numbers[0] == 1000;
    }));
}
