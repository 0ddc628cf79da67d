#include "sim/host/tracer.h"

#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cerrno>

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
    usleep(200000);
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

    TEST_CASE(
        "the events of a task are in the order of their times, and none is before the program's execution") {
        NEEDS_TRACED_RUNS();
        const RealResult result = run_text("#include <stdio.h>\nint main(void) { puts(\"x\"); }");
        REQUIRE_FALSE(result.trace.events.empty());
        CHECK(result.trace.events.front().kind == EventKind::executed);
        CHECK(result.trace.item(result.trace.events.front(), 0).text() == "/bin/prog");
        for (std::size_t i = 1; i < result.trace.events.size(); ++i)
            CHECK(result.trace.events[i - 1].time_ns <= result.trace.events[i].time_ns);
        CHECK(result.trace.events.front().time_ns == 0);
        std::string calls = calls_of(result.trace, 2);
        const std::string seed = "getrandom ";  // newer C libraries seed their heap with the first block
        if (const auto at = calls.find(seed); at != std::string::npos) calls.erase(at, seed.size());
        CHECK(calls == "newfstatat write exit_group");
    }

    TEST_CASE("a call that the C library makes late belongs to the line that asked for it") {
        NEEDS_TRACED_RUNS();
        const RealResult result = run_text(R"(#include <stdio.h>
static void say(const char* text) {
    printf("%s %d",
           text, 1);
    fflush(stdout);
}
int main(void) {
    say("x");
    return 0;
}
)");
        const Event* write = find_event(result.trace, EventKind::syscall, 2, SYS_write);
        REQUIRE(write != nullptr);
        CHECK(write->source.line == 5);
        REQUIRE(result.programs.size() == 1);
        CHECK(result.programs[0].files[write->source.file].name == "prog.c");
    }

    TEST_CASE("lines are found in position-independent and in static programs too") {
        NEEDS_TRACED_RUNS();
        for (const char* option : {"-pie", "-static"}) {
            RealRequest request =
                request_for("#include <stdio.h>\nint main(void) {\n  puts(\"x\");\n  fflush(stdout);\n}");
            request.build.options = {"-O0", option};
            if (std::string_view(option) == "-pie") request.build.options.push_back("-fPIE");
            const RealResult result = run_real(request);
            REQUIRE_MESSAGE(result.ok(), result.error);
            const Event* write = find_event(result.trace, EventKind::syscall, 2, SYS_write);
            REQUIRE(write != nullptr);
            CHECK(write->source.line == 4);
        }
    }

    TEST_CASE(
        "a handler interrupts a read with EINTR, or makes Linux restart it where SA_RESTART asks for that") {
        NEEDS_TRACED_RUNS();
        const RealResult result = run_text(R"(
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
static void handle(int signal) { write(1, "H", signal > 0); }
int main(void) {
    int ends[2];
    char byte;
    struct sigaction action = {.sa_handler = handle};
    pid_t self = getpid();
    pipe(ends);
    sigaction(SIGUSR1, &action, 0);
    action.sa_flags = SA_RESTART;
    sigaction(SIGUSR2, &action, 0);
    if (fork() == 0) {
        usleep(20000);
        kill(self, SIGUSR1);
        usleep(20000);
        kill(self, SIGUSR2);
        usleep(20000);
        write(ends[1], "x", 1);
        _exit(0);
    }
    long first = read(ends[0], &byte, 1), second = read(ends[0], &byte, 1);
    return first == -1 && second == 1 ? 0 : 1;
}
)");
        CHECK(result.wait_status == 0);
        CHECK(calls_of(result.trace, 2)
                  .find("clone read! write rt_sigreturn read! write rt_sigreturn read! exit_group") !=
              std::string::npos);
        std::vector<std::int64_t> results;
        for (const Event& event : result.trace.events)
            if (event.kind == EventKind::syscall && event.number == SYS_read && event.task.value == 2)
                results.push_back(event.result);
        CHECK(results == std::vector<std::int64_t>{-EINTR, -512, 1});
        for (int signal : {SIGUSR1, SIGUSR2}) {
            const Event* sent = find_event(result.trace, EventKind::signal_sent, 2, signal);
            const Event* delivered = find_event(result.trace, EventKind::signal_delivered, 2, signal);
            const Event* returned = find_event(result.trace, EventKind::signal_returned, 2, signal);
            REQUIRE(sent != nullptr);
            CHECK(sent->other == 3);
            REQUIRE(delivered != nullptr);
            CHECK(static_cast<SignalAction>(delivered->result) == SignalAction::handled);
            CHECK(sent->time_ns <= delivered->time_ns);
            REQUIRE(returned != nullptr);
        }
    }

    TEST_CASE("a signal that is ignored lets a sleep go on, as if nothing had happened") {
        NEEDS_TRACED_RUNS();
        const RealResult result = run_text(R"(
#include <signal.h>
#include <unistd.h>
int main(void) {
    pid_t self = getpid();
    if (fork() == 0) { usleep(10000); kill(self, SIGWINCH); _exit(0); }
    return usleep(100000);
}
)");
        CHECK(result.wait_status == 0);
        CHECK(calls_of(result.trace, 2) == "getpid clone clock_nanosleep! exit_group");
        const Event* delivered = find_event(result.trace, EventKind::signal_delivered, 2, SIGWINCH);
        REQUIRE(delivered != nullptr);
        CHECK(static_cast<SignalAction>(delivered->result) == SignalAction::ignored);
        const Event* sleep = find_event(result.trace, EventKind::syscall, 2, SYS_clock_nanosleep);
        REQUIRE(sleep != nullptr);
        CHECK(sleep->time_ns - sleep->start_ns >= 100'000'000);
    }

    TEST_CASE("a handler that is left by siglongjmp does not confuse the return from the next one") {
        NEEDS_TRACED_RUNS();
        const RealResult result = run_text(R"(
#include <setjmp.h>
#include <signal.h>
static sigjmp_buf place;
static void jump(int signal) { siglongjmp(place, signal); }
static void nothing(int signal) { (void)signal; }
int main(void) {
    signal(SIGUSR1, jump);
    signal(SIGUSR2, nothing);
    if (sigsetjmp(place, 1) == 0) raise(SIGUSR1);
    raise(SIGUSR2);
    return 0;
}
)");
        CHECK(result.wait_status == 0);
        CHECK(find_event(result.trace, EventKind::signal_returned, 2, SIGUSR1) == nullptr);
        CHECK(find_event(result.trace, EventKind::signal_returned, 2, SIGUSR2) != nullptr);
    }

    TEST_CASE("a write to a pipe without readers ends the process by SIGPIPE, sent by itself") {
        NEEDS_TRACED_RUNS();
        const RealResult result = run_text(R"(
#include <unistd.h>
int main(void) { int ends[2]; pipe(ends); close(ends[0]); write(ends[1], "x", 1); }
)");
        CHECK(WTERMSIG(result.wait_status) == SIGPIPE);
        const Event* write = find_event(result.trace, EventKind::syscall, 2, SYS_write);
        REQUIRE(write != nullptr);
        CHECK(write->result == -EPIPE);
        CHECK(kinds_of(result.trace, 2) == "executed signal_sent signal_delivered exited");
    }

    TEST_CASE("the kill() by which a process ends itself is in the trace, although it never returns") {
        NEEDS_TRACED_RUNS();
        const RealResult result = run_text(R"(#include <signal.h>
#include <unistd.h>
int main(void) { kill(getpid(), SIGKILL); })");
        REQUIRE(result.ok());
        CHECK(calls_of(result.trace, 2) == "getpid kill");
        CHECK(kinds_of(result.trace, 2) == "executed signal_sent signal_delivered exited");
    }

    TEST_CASE("waits for a lock, a message, a semaphore set and a signal are seen as such") {
        NEEDS_TRACED_RUNS();
        const RealResult result = run_text(R"(#include <pthread.h>
#include <signal.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <unistd.h>
static int queue, set;
static struct { long type; char text; } message = {1, 'x'};
static void *give(void *whom) {
    usleep(30000);
    msgsnd(queue, &message, 1, 0);
    usleep(30000);
    semop(set, &(struct sembuf){0, 1, 0}, 1);
    usleep(30000);
    kill(getpid(), SIGUSR1);
    usleep(30000);
    return whom;
}
int main(void) {
    pthread_t thread;
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGUSR1);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    queue = msgget(IPC_PRIVATE, 0600);
    set = semget(IPC_PRIVATE, 1, 0600);
    pthread_create(&thread, NULL, give, NULL);
    msgrcv(queue, &message, 1, 0, 0);
    semop(set, &(struct sembuf){0, -1, 0}, 1);
    sigwaitinfo(&signals, NULL);
    pthread_join(thread, NULL);
}
)");
        CHECK(result.wait_status == 0);
        for (const int number : {SYS_msgrcv, SYS_semtimedop, SYS_rt_sigtimedwait, SYS_futex})
            CHECK(find_event(result.trace, EventKind::blocked, 2, static_cast<std::uint16_t>(number)) !=
                  nullptr);
    }

    TEST_CASE(
        "a process that is killed while it sleeps in a call leaves the call as blocked, without a result") {
        NEEDS_TRACED_RUNS();
        const RealResult result = run_text(R"(
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
    pid_t child = fork();
    if (child == 0) for (;;) pause();
    usleep(20000);
    kill(child, SIGKILL);
    wait(0);
}
)");
        CHECK(result.wait_status == 0);
        CHECK(calls_of(result.trace, 3) == "");
        CHECK(find_event(result.trace, EventKind::blocked, 3, SYS_pause) != nullptr);
        CHECK(kinds_of(result.trace, 3) == "signal_sent signal_delivered exited");
        const Event* reaped = find_event(result.trace, EventKind::reaped, 2);
        REQUIRE(reaped != nullptr);
        CHECK(reaped->result == SIGKILL);
    }

    TEST_CASE("a process that is stopped and continued says so") {
        NEEDS_TRACED_RUNS();
        const RealResult result = run_text(R"(
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
    int status;
    pid_t child = fork();
    if (child == 0) { raise(SIGSTOP); _exit(5); }
    waitpid(child, &status, WUNTRACED);
    if (!WIFSTOPPED(status)) return 1;
    kill(child, SIGCONT);
    waitpid(child, &status, 0);
    return WEXITSTATUS(status) == 5 ? 0 : 2;
}
)");
        CHECK(result.wait_status == 0);
        const Event* stopped = find_event(result.trace, EventKind::signal_delivered, 3, SIGSTOP);
        REQUIRE(stopped != nullptr);
        CHECK(static_cast<SignalAction>(stopped->result) == SignalAction::stopped);
        const Event* continued = find_event(result.trace, EventKind::signal_delivered, 3, SIGCONT);
        REQUIRE(continued != nullptr);
        CHECK(static_cast<SignalAction>(continued->result) == SignalAction::continued);
    }

    TEST_CASE("threads are tasks of the same process") {
        NEEDS_TRACED_RUNS();
        const RealResult result = run_text(R"(
#include <pthread.h>
#include <unistd.h>
static void* run(void* text) { write(1, text, 1); return 0; }
int main(void) {
    pthread_t id;
    pthread_create(&id, 0, run, "t");
    pthread_join(id, 0);
    return 0;
}
)");
        CHECK(result.standard_output == "t");
        const Event* forked = find_event(result.trace, EventKind::forked, 2);
        REQUIRE(forked != nullptr);
        CHECK(forked->result == 1);
        const Event* write = find_event(result.trace, EventKind::syscall, 3, SYS_write);
        REQUIRE(write != nullptr);
        CHECK(write->process.value == 2);
        CHECK(write->source.line == 4);
    }

    TEST_CASE("posix_spawn, vfork and a thread that executes a program are followed") {
        NEEDS_TRACED_RUNS();
        const RealResult result = run_text(R"(
#include <pthread.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
static char* words[] = {"prog", "child", 0};
static char* none[] = {0};
static void* replace(void* unused) { execve("/bin/prog", words, none); return unused; }
int main(int count, char** arguments) {
    int status;
    pid_t child;
    if (count > 1) { write(1, "c", 1); return 4; }
    posix_spawn(&child, "/bin/prog", 0, 0, words, none);
    waitpid(child, &status, 0);
    if (vfork() == 0) { execve("/bin/prog", words, none); _exit(1); }
    wait(&status);
    pthread_t id;
    pthread_create(&id, 0, replace, 0);
    pause();
}
)");
        CHECK(result.standard_output == "ccc");
        CHECK(WEXITSTATUS(result.wait_status) == 4);
        CHECK(calls_of(result.trace, 3).find("execve write exit_group") != std::string::npos);
        CHECK(calls_of(result.trace, 4) == "execve write exit_group");
        // The thread's execve() waits for the first thread to end, and on a busy machine it is seen to.
        std::string calls = calls_of(result.trace, 2);
        std::erase(calls, '!');
        CAPTURE(calls);
        CHECK(calls.ends_with("execve write exit_group"));
        CHECK(kinds_of(result.trace, 4) == "executed output exited");
    }

    TEST_CASE("a program that cannot be executed gives its errno") {
        NEEDS_TRACED_RUNS();
        const RealResult result = run_text(
            "#include <unistd.h>\nint main(void) { execl(\"/bin/none\", \"none\", (char*)0); return 3; }");
        CHECK(WEXITSTATUS(result.wait_status) == 3);
        const Event* execve = find_event(result.trace, EventKind::syscall, 2, SYS_execve);
        REQUIRE(execve != nullptr);
        CHECK(execve->result == -ENOENT);
        CHECK(execve->source.line == 2);
    }

    TEST_CASE("dup2 over a standard stream is seen: bytes go into the pipe, not to the outside") {
        NEEDS_TRACED_RUNS();
        const RealResult result = run_text(R"(
#include <unistd.h>
int main(void) {
    int ends[2];
    pipe(ends);
    int saved = dup(1);
    write(1, "a", 1);
    dup2(ends[1], 1);
    write(1, "b", 1);
    write(saved, "c", 1);
    write(2, "d", 1);
}
)");
        CHECK(result.standard_output == "ac");
        std::vector<ObjectKind> kinds;
        std::string outputs;
        for (const Event& event : result.trace.events) {
            if (event.kind == EventKind::syscall && event.number == SYS_write)
                kinds.push_back(event.object.kind);
            if (event.kind == EventKind::output)
                outputs += std::string(result.trace.item(event, 0).text()) + std::to_string(event.result);
        }
        CHECK(kinds == std::vector<ObjectKind>{ObjectKind::stream, ObjectKind::pipe, ObjectKind::stream,
                                               ObjectKind::stream});
        CHECK(outputs == "a1c1d2");
    }

    TEST_CASE("a pipeline of a toy shell runs its programs, each with its own calls") {
        NEEDS_TRACED_RUNS();
        RealRequest request;
        const std::string folder = std::string(IPCLAB_SOURCE_DIR) + "/lessons/bin/";
        for (const char* name : {"sh", "yes", "head", "wc"})
            request.build.programs.push_back({name, {{folder + name + ".c", {}}}, {}});
        request.program = "sh";
        request.shell_line = "yes | head -n 3 | wc -l";
        const RealResult result = run_real(request);
        REQUIRE_MESSAGE(result.ok(), result.error);
        CHECK(result.standard_output.find('3') != std::string::npos);
        CHECK(result.wait_status == 0);
        bool has_sigpipe = false;
        for (const Event& event : result.trace.events)
            has_sigpipe = has_sigpipe || (event.kind == EventKind::exited && event.result == SIGPIPE);
        CHECK(has_sigpipe);
    }

    TEST_CASE("more events than the limit stop the run") {
        NEEDS_TRACED_RUNS();
        RealRequest request = request_for("#include <unistd.h>\nint main(void) { for (;;) getppid(); }");
        request.limits.events = 1000;
        const RealResult result = run_real(request);
        REQUIRE(result.limit);
        CHECK(result.limit->text == "stopped: more than 1000 events");
    }

    TEST_CASE("bad pointers and wild calls are recorded like any other") {
        NEEDS_TRACED_RUNS();
        const RealResult result = run_text(R"(
#include <sys/syscall.h>
#include <unistd.h>
int main(void) {
    syscall(SYS_write, 1, 16, 100);
    syscall(SYS_execve, 16, 16, 16);
    syscall(SYS_rt_sigaction, 12345, 16, 16, 8);
    syscall(SYS_wait4, -1, 16, 0, 16);
    syscall(SYS_pipe2, 16, 0);
    syscall(SYS_readv, 0, -1, 1 << 30);
    syscall(SYS_close, -7);
    syscall(SYS_close_range, 3, ~0u, 0);
    return 0;
}
)");
        CHECK(result.wait_status == 0);
        CHECK(calls_of(result.trace, 2) ==
              "write execve rt_sigaction wait4 pipe2 readv close close_range exit_group");
    }
}
