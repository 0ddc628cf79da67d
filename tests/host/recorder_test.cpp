#include <fmt/format.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>

#include "tests/host/support.h"

using namespace ipclab::host;
using namespace ipclab::host::test;
using ipclab::kernel::Event;
using ipclab::kernel::EventKind;
using ipclab::kernel::ObjectKind;
using ipclab::kernel::PayloadItem;
using ipclab::kernel::Trace;

namespace {

/// What every program below begins with: waits until a process sleeps, by /proc.
const std::string kPrelude = R"(#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
static void wait_until_asleep(int pid) {
    char path[40], text[200] = "";
    sprintf(path, "/proc/%d/stat", pid);
    for (;;) {
        FILE* file = fopen(path, "r");
        if (file && fgets(text, sizeof text, file) && strstr(text, ") S")) return;
        fclose(file);
    }
}
)";

/// What a task did with pipes and streams, its signals and its end: all that does not depend on the order of tasks.
std::string story_of(const Trace& trace, int task) {
    std::string story;
    for (const Event& event : trace.events) {
        if (event.task.value != task) continue;
        if (event.object.kind == ObjectKind::inode) continue;  // wait_until_asleep()
        if (event.kind == EventKind::signal_delivered && event.number == SIGCHLD) continue;  // at any time
        if (event.kind == EventKind::syscall && (event.number == SYS_read || event.number == SYS_write)) {
            story += fmt::format("{}({}, {}) = {} object {} {} line {}",
                                 event.number == SYS_read ? "read" : "write", static_cast<int>(event.args[0]),
                                 event.args[2], event.result, static_cast<int>(event.object.kind),
                                 event.object.id, event.source.line);
            for (const PayloadItem& item : trace.items(event))
                story += fmt::format(" {}: {} of {} '{}'", item.argument, item.bytes.size(), item.full_bytes,
                                     item.text());
        } else if (event.kind == EventKind::output) {
            story += fmt::format("output {} '{}'", event.result, trace.item(event, 0).text());
        } else if (event.kind == EventKind::signal_delivered || event.kind == EventKind::signal_returned ||
                   event.kind == EventKind::exited || event.kind == EventKind::executed) {
            story += fmt::format("{} {} {}", name(event.kind), event.number, event.result);
        } else {
            continue;
        }
        story += "\n";
    }
    return story;
}

/// With the recorder; a check has seen that the tasks' stories are those that come out without it.
RealResult recorded(const std::string& text, const std::vector<int>& tasks = {2}, Cpus cpus = Cpus::all) {
    RealRequest request = request_for(kPrelude + text);
    request.cpus = cpus;
    RealResult with = run_real(request);
    request.built = with.built;
    request.recorder = false;
    const RealResult without = run_real(request);
    CHECK_MESSAGE(with.ok(), with.error);
    CHECK(with.standard_output == without.standard_output);
    CHECK(with.wait_status == without.wait_status);
    for (int task : tasks) CHECK(story_of(with.trace, task) == story_of(without.trace, task));
    return with;
}

int count(const Trace& trace, EventKind kind, int task, int number = -1) {
    return static_cast<int>(std::count_if(trace.events.begin(), trace.events.end(), [&](const Event& event) {
        return event.kind == kind && event.task.value == task && (number < 0 || event.number == number);
    }));
}

}  // namespace

TEST_SUITE("recorder") {
    TEST_CASE("a ping-pong that the recorder records leaves the trace that stops leave, with few stops") {
        NEEDS_TRACED_RUNS();
        for (Cpus cpus : {Cpus::one, Cpus::all}) {
            const RealResult result = recorded(R"(
int main(void) {
    int there[2], back[2];
    char byte = 0;
    pipe(there), pipe(back);
    if (fork() == 0) {
        for (int i = 0; i < 1000; ++i) {
            read(there[0], &byte, 1);
            ++byte;
            write(back[1], &byte, 1);
        }
        return 0;
    }
    for (int i = 0; i < 1000; ++i) {
        write(there[1], &byte, 1);
        read(back[0], &byte, 1);
    }
    wait(0);
    write(1, "done\n", 5);
    return byte;
}
)",
                                               {2, 3}, cpus);
            CHECK(result.standard_output == "done\n");
            CHECK(count(result.trace, EventKind::syscall, 2, SYS_read) == 1000);
            CHECK(count(result.trace, EventKind::syscall, 3, SYS_write) == 1000);
            CHECK(result.stops < 300);
            for (std::size_t i = 1; i < result.trace.events.size(); ++i)
                CHECK(result.trace.events[i - 1].time_ns <= result.trace.events[i].time_ns);
        }
    }

    TEST_CASE("a recorded read that sleeps is blocked, and woken by the task that writes or closes") {
        NEEDS_TRACED_RUNS();
        const RealResult result = recorded(R"(
int main(void) {
    int ends[2];
    char byte;
    pipe(ends);
    if (fork() == 0) {
        close(ends[1]);
        read(ends[0], &byte, 1);
        read(ends[0], &byte, 1);
        return 0;
    }
    wait_until_asleep(3);
    write(ends[1], "x", 1);
    wait_until_asleep(3);
    close(ends[1]);
    wait(0);
}
)",
                                           {3});
        CHECK(calls_of(result.trace, 3) == "close read! read! exit_group");
        CHECK(count(result.trace, EventKind::woken, 3) == 2);
        for (const Event& event : result.trace.events)
            if (event.kind == EventKind::woken && event.task.value == 3) CHECK(event.other == 2);
    }

    TEST_CASE("who has slept again before the write returns that woke it is woken by the next one") {
        NEEDS_TRACED_RUNS();
        const RealResult result = recorded(R"(
int main(void) {
    int ends[2];
    char byte;
    pipe(ends);
    if (fork() == 0) {
        for (int i = 0; i < 20; ++i) read(ends[0], &byte, 1);
        return 0;
    }
    for (int i = 0; i < 20; ++i) {
        wait_until_asleep(3);
        write(ends[1], "x", 1);
    }
    wait(0);
}
)",
                                           {3});
        std::vector<std::int64_t> writes, wakes;
        for (const Event& event : result.trace.events) {
            if (event.kind == EventKind::syscall && event.number == SYS_write && event.task.value == 2)
                writes.push_back(event.start_ns);
            if (event.kind == EventKind::woken && event.task.value == 3) wakes.push_back(event.time_ns);
        }
        CHECK(wakes.size() == 20);
        CHECK(wakes == writes);
    }

    TEST_CASE("a signal ends a recorded call with EINTR, and its handler's calls are recorded") {
        NEEDS_TRACED_RUNS();
        for (const char* flags : {"0", "SA_RESTART"}) {
            const RealResult result = recorded(fmt::format(R"(
static int ends[2];
static void handle(int signal) {{ write(ends[1], "h", 1); }}
int main(void) {{
    char byte = 0;
    struct sigaction action = {{.sa_handler = handle, .sa_flags = {}}};
    pipe(ends);
    sigaction(SIGUSR1, &action, 0);
    errno = 0;
    if (fork() == 0) {{
        wait_until_asleep(2);
        kill(2, SIGUSR1);
        return 0;
    }}
    long got = read(ends[0], &byte, 1);
    int error = errno;
    wait(0);
    printf("%ld %d %c\n", got, error == EINTR, byte ? byte : '-');
}}
)",
                                                           flags));
            const bool restarts = std::string(flags) != "0";
            CHECK(result.standard_output == (restarts ? "1 0 h\n" : "-1 1 -\n"));
            CHECK(count(result.trace, EventKind::syscall, 2, SYS_read) == (restarts ? 2 : 1));
            CHECK(count(result.trace, EventKind::signal_returned, 2) == 1);
        }
    }

    TEST_CASE("a recorded call goes on after a signal that is ignored, and after a stop") {
        NEEDS_TRACED_RUNS();
        const RealResult result = recorded(R"(
int main(void) {
    int ends[2];
    char byte;
    pipe(ends);
    if (fork() == 0) return read(ends[0], &byte, 1) == 1 ? byte : 0;
    wait_until_asleep(3);
    kill(3, SIGWINCH);
    wait_until_asleep(3);
    kill(3, SIGSTOP);
    waitpid(3, 0, WUNTRACED);
    kill(3, SIGCONT);
    wait_until_asleep(3);
    write(ends[1], "\7", 1);
    wait(0);
}
)",
                                           {3});
        const Event* read = find_event(result.trace, EventKind::syscall, 3, SYS_read);
        REQUIRE(read != nullptr);
        CHECK(read->result == 1);
        CHECK(result.trace.item(*read, 1).text() == "\7");
    }

    TEST_CASE("a task that is killed in a recorded call was blocked, and its call never returned") {
        NEEDS_TRACED_RUNS();
        const RealResult result = recorded(R"(
int main(void) {
    int ends[2], status;
    char byte;
    pipe(ends);
    if (fork() == 0) {
        read(ends[0], &byte, 1);
        return 0;
    }
    wait_until_asleep(3);
    kill(3, SIGKILL);
    wait(&status);
    write(ends[1], "x", 1);
    return WTERMSIG(status);
}
)",
                                           {2, 3});
        CHECK(WEXITSTATUS(result.wait_status) == SIGKILL);
        CHECK(count(result.trace, EventKind::blocked, 3, SYS_read) == 1);
        CHECK(count(result.trace, EventKind::syscall, 3, SYS_read) == 0);
    }

    TEST_CASE("a handler may leave a recorded call for good, or fork in it") {
        NEEDS_TRACED_RUNS();
        recorded(R"(
static sigjmp_buf back;
static int ends[2];
static void leave(int signal) { siglongjmp(back, 1); }
static void split(int signal) {
    if (fork() == 0) write(ends[1], "c", 1);
}
int main(void) {
    char byte = 0;
    struct sigaction action = {.sa_handler = leave};
    pipe(ends);
    sigaction(SIGUSR1, &action, 0);
    action.sa_handler = split;
    sigaction(SIGUSR2, &action, 0);
    int helper = fork();
    if (helper == 0) {
        wait_until_asleep(2);
        kill(2, SIGUSR1);
        pause();
    }
    if (sigsetjmp(back, 1) == 0) read(ends[0], &byte, 1);
    write(1, "left\n", 5);
    kill(helper, SIGKILL);
    waitpid(helper, 0, 0);
    if (fork() == 0) {
        wait_until_asleep(2);
        kill(2, SIGUSR2);
        _exit(0);
    }
    long got = read(ends[0], &byte, 1);
    if (getpid() != 2) _exit(got == -1 && errno == EINTR ? 7 : 1);
    while (wait(0) > 0) {}
    write(1, got == -1 && errno == ECHILD ? "both\n" : "bad\n", 5);
}
)");
    }

    TEST_CASE("no recorded call is lost or told twice, wherever signals come") {
        NEEDS_TRACED_RUNS();
        const RealResult result = run_text(kPrelude + R"(
#include <sys/time.h>
static int own[2], other[2], handled;
static void handle(int signal) {
    int error = errno;
    char byte = 'h';
    handled += write(other[1], &byte, 1) == 1;
    read(other[0], &byte, 1);
    errno = error;
}
int main(void) {
    struct sigaction action = {.sa_handler = handle};
    struct itimerval often = {{0, 200}, {0, 200}}, never = {{0, 0}, {0, 0}};
    int written = 0, got = 0;
    char byte = 0;
    pipe(own), pipe(other);
    sigaction(SIGALRM, &action, 0);
    setitimer(ITIMER_REAL, &often, 0);
    while (handled < 300) {
        written += write(own[1], &byte, 1) == 1;
        got += read(own[0], &byte, 1) == 1;
    }
    setitimer(ITIMER_REAL, &never, 0);
    printf("%d %d %d\n", written, got, handled);
    fflush(stdout);
}
)");
        REQUIRE_MESSAGE(result.ok(), result.error);
        REQUIRE_FALSE(result.limit);
        int of[4] = {};  // written, read, and both by the handler
        for (const Event& event : result.trace.events)
            if (event.kind == EventKind::syscall && event.object.kind == ObjectKind::pipe &&
                event.result == 1)
                ++of[(event.object.id - 1) * 2 + (event.number == SYS_read ? 1 : 0)];
        CHECK(of[2] == of[3]);
        CHECK(result.standard_output == fmt::format("{} {} {}\n", of[0], of[1], of[2]));
        CHECK(count(result.trace, EventKind::signal_returned, 2, SIGALRM) == of[2]);
    }

    TEST_CASE("errors of recorded calls are the kernel's, and errno stays where there is none") {
        NEEDS_TRACED_RUNS();
        const RealResult result = recorded(R"(
int main(void) {
    char page[10];
    int ends[2], errors[5];
    signal(SIGPIPE, SIG_IGN);
    pipe(ends);
    errno = 0;
    write(ends[1], (void*)16, 5), errors[0] = errno;
    write(ends[1], "abc", 3);
    read(ends[0], (void*)16, 3), errors[1] = errno;
    read(-1, page, 1), errors[2] = errno;
    close(ends[0]);
    errno = 77;
    write(1, "", 0), errors[3] = errno;
    write(ends[1], "abc", 3), errors[4] = errno;
    return errors[0] == EFAULT && errors[1] == EFAULT && errors[2] == EBADF && errors[3] == 77 && errors[4] == EPIPE;
}
)");
        CHECK(WEXITSTATUS(result.wait_status) == 1);
    }

    TEST_CASE("threads make their calls as without the recorder, and can be cancelled in them") {
        NEEDS_TRACED_RUNS();
        RealRequest request = request_for(kPrelude + R"(
static int ends[2];
static void* reader(void* nothing) {
    char byte;
    read(ends[0], &byte, 1);
    return 0;
}
int main(void) {
    pthread_t thread;
    void* result;
    pipe(ends);
    pthread_create(&thread, 0, reader, 0);
    wait_until_asleep(3);
    pthread_cancel(thread);
    pthread_join(thread, &result);
    return result == PTHREAD_CANCELED;
}
)");
        const RealResult result = run_real(request);
        CHECK(WEXITSTATUS(result.wait_status) == 1);
        CHECK(count(result.trace, EventKind::blocked, 3, SYS_read) == 1);
    }

    TEST_CASE(
        "programs may have functions called read and write, and large objects, and be linked in every way") {
        NEEDS_TRACED_RUNS();
        const RealResult own = run_text(R"(
static char large[64 << 20];
int read(int number) { return number + 1; }
long write(int fd, const void* text, unsigned long bytes) { return large[bytes]; }
int main(void) { return read(4) + (int)write(1, "x", 1); }
)");
        CHECK_MESSAGE(own.ok(), own.error);
        CHECK(WEXITSTATUS(own.wait_status) == 5);
        for (const char* option : {"-pie", "-static"}) {
            RealRequest request =
                request_for("#include <unistd.h>\nint main(void) {\n  write(1, \"x\", 1);\n}");
            request.build.options = {"-O2", option};
            const RealResult result = run_real(request);
            REQUIRE_MESSAGE(result.ok(), result.error);
            CHECK(result.standard_output == "x");
            const Event* write = find_event(result.trace, EventKind::syscall, 2, SYS_write);
            REQUIRE(write != nullptr);
            CHECK(write->source.line == 3);
        }
    }

    TEST_CASE("a program that is executed records too, and so does a child of vfork()") {
        NEEDS_TRACED_RUNS();
        const RealResult result = recorded(R"(
int main(int count, char** words) {
    if (count > 1) {
        for (int i = 0; i < 20; ++i) write(1, "e", 1);
        return 0;
    }
    if (vfork() == 0) {
        for (int i = 0; i < 20; ++i) write(1, "v", 1);
        _exit(0);
    }
    wait(0);
    write(1, "p", 1);
    execl("/proc/self/exe", "prog", "again", (char*)0);
}
)",
                                           {2, 3});
        CHECK(result.standard_output == std::string(20, 'v') + "p" + std::string(20, 'e'));
        CHECK(count(result.trace, EventKind::syscall, 3, SYS_write) == 20);
    }

    TEST_CASE("a program that writes anything to the shared memory spoils its own trace at most") {
        NEEDS_TRACED_RUNS();
        RealRequest request = request_for(kPrelude + R"(
int main(void) {
    char line[300];
    unsigned long begin = 0, end = 0, random = 88172645463325252ul;
    FILE* maps = fopen("/proc/self/maps", "r");
    while (fgets(line, sizeof line, maps))
        if (strstr(line, "memfd:recorder")) sscanf(line, "%lx-%lx", &begin, &end);
    if (begin == 0) return 1;
    for (int round = 0; round < 200; ++round) {
        for (unsigned* word = (unsigned*)begin + 2; (unsigned long)word < end; word += 1 + random % 50) {
            random ^= random << 13, random ^= random >> 7, random ^= random << 17;
            *word = random % 4 == 0 ? (unsigned)random : random % 4 == 1 ? 2 : (unsigned)getpid();
        }
        getppid();
        write(1, "x", 1);
        ftruncate(1, 0);
    }
    return 0;
}
)");
        request.limits.events = 100'000;
        const RealResult result = run_real(request);
        CHECK_MESSAGE(result.ok(), result.error);
        if (!result.limit) CHECK(WEXITSTATUS(result.wait_status) == 0);
    }
}
