#include "sim/host/sandbox.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "tests/host/support.h"

using namespace ipclab::host;
using namespace ipclab::host::test;

namespace {

constexpr std::int64_t kMillisecond = 1'000'000;

RealResult run_until(std::string text, RunMode mode, std::int64_t deadline_ms) {
    RealRequest request = request_for(std::move(text));
    request.mode = mode;
    request.limits.deadline_ns = deadline_ms * kMillisecond;
    request.limits.linger_ns = 200 * kMillisecond;
    return run_real(request);
}

std::string limit_of(const RealResult& result) {
    return result.limit ? result.limit->text : "no limit";
}

/// A program that prints what its standard streams are, and its input in angle brackets.
constexpr const char* kShowStreams = R"(
#include <stdio.h>
#include <unistd.h>
int main(void) {
    char line[100];
    printf("%d%d%d ", isatty(0), isatty(1), isatty(2));
    while (fgets(line, sizeof line, stdin)) printf("<%s>\r\n", line);
    fputs("error\n", stderr);
    return 0;
}
)";

RealResult show_streams(StdioKind kind, std::string input) {
    RealRequest request = request_for(kShowStreams);
    request.mode = RunMode::free;
    request.stdio = {kind, kind, kind, std::move(input), -1};
    return run_real(request);
}

/// Whose arguments name the directory in which these tests make theirs.
std::vector<pid_t> processes_of_runs() {
    std::vector<pid_t> found;
    std::error_code failure;
    for (const auto& entry : std::filesystem::directory_iterator("/proc", failure)) {
        const std::string pid = entry.path().filename();
        if (pid.find_first_not_of("0123456789") != std::string::npos) continue;
        std::ifstream file(entry.path() / "cmdline");
        std::string arguments;
        std::getline(file, arguments);
        if (arguments.find(std::getenv("TMPDIR")) != std::string::npos) found.push_back(std::stoi(pid));
    }
    return found;
}

}  // namespace

TEST_SUITE("sandbox") {
    TEST_CASE("a program sees a small system of its own: pid 2, a student at home, no network, read-only") {
        NEEDS_RUNS();
        const RealResult result = run_text(R"(
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <unistd.h>
int main(void) {
    char here[100];
    struct if_nameindex* links = if_nameindex();
    int count = 0;
    while (links && links[count].if_index) ++count;
    printf("%d %d %d %d %s %s ", getpid(), getppid(), getpgrp(), getuid(), getcwd(here, 100), getlogin() ? "?" : "-");
    printf("%d %d %d %d ", count, open("/usr/new", O_CREAT | O_WRONLY, 0600), open("/bin/new", O_CREAT | O_WRONLY, 0600),
           access("/root", F_OK));
    printf("%d %d %d %d\n", open("/tmp/new", O_CREAT | O_WRONLY, 0600) > 2, open("/dev/shm/new", O_CREAT | O_WRONLY, 0600) > 2,
           open("new", O_CREAT | O_WRONLY, 0600) > 2, dup(0));
}
)",
                                           RunMode::free);
        REQUIRE_MESSAGE(result.ok(), result.error);
        // The last is a copy, made before the files are opened: a program starts with 0, 1, 2 alone.
        CHECK(result.standard_output == "2 1 2 1000 /home/student - 1 -1 -1 -1 1 1 1 3\n");
    }

    TEST_CASE("standard streams are terminals, pipes or files, as asked for, and no byte is changed") {
        NEEDS_RUNS();
        const std::string shown = "<one\n>\r\n<two\n>\r\n";
        for (const auto& [kind, mark] :
             {std::pair{StdioKind::terminal, "111 "}, {StdioKind::pipe, "000 "}, {StdioKind::file, "000 "}}) {
            const RealResult result = show_streams(kind, "one\ntwo\n");
            REQUIRE_MESSAGE(result.ok(), result.error);
            CHECK(result.standard_output == mark + shown);
            CHECK(result.standard_error == "error\n");
            CHECK_FALSE(result.limit);
        }
    }

    TEST_CASE("input longer than a pipe or a terminal holds arrives whole") {
        NEEDS_RUNS();
        std::string input;
        for (int i = 0; i < 30'000; ++i) input += "line " + std::to_string(i) + "\n";
        for (StdioKind kind : {StdioKind::terminal, StdioKind::pipe, StdioKind::file}) {
            RealRequest request = request_for(R"(
#include <stdio.h>
int main(void) { int c; while ((c = getchar()) != EOF) putchar(c); }
)");
            request.mode = RunMode::free;
            request.stdio = {kind, StdioKind::pipe, StdioKind::pipe, input, -1};
            const RealResult result = run_real(request);
            CHECK(result.standard_output == input);
            CHECK_FALSE(result.limit);
        }
    }

    TEST_CASE("output is passed on while the program runs") {
        NEEDS_RUNS();
        RealRequest request = request_for(R"(
#include <unistd.h>
int main(void) { write(1, "out", 3); write(2, "err", 3); }
)");
        std::string seen[3];
        request.on_output = [&](int stream, std::string_view bytes) { seen[stream] += bytes; };
        const RealResult result = run_real(request);
        CHECK(seen[1] == "out");
        CHECK(seen[2] == "err");
        CHECK(result.standard_output == "out");
    }

    TEST_CASE("the wait status is exact: an exit code, or a signal") {
        NEEDS_RUNS();
        CHECK(run_text("int main(void) { return 300; }", RunMode::free).wait_status == (300 & 0xff) << 8);
        const RealResult fault = run_text("int main(void) { *(volatile int*)0 = 1; }", RunMode::free);
        CHECK(WTERMSIG(fault.wait_status) == SIGSEGV);
    }

    TEST_CASE("a program that ignores every signal is stopped at the deadline, and the result says so") {
        NEEDS_RUNS();
        constexpr const char* kText = R"(
#include <signal.h>
int main(void) { for (int i = 1; i < 65; ++i) signal(i, SIG_IGN); for (;;) {} }
)";
        CHECK(limit_of(run_until(kText, RunMode::free, 300)) == "stopped after 0.3 s (deadline)");
        NEEDS(tracing);
        CHECK(limit_of(run_until(kText, RunMode::traced, 300)) == "stopped after 0.3 s (deadline)");
    }

    TEST_CASE("a fork bomb is stopped at the limit of processes") {
        NEEDS_RUNS();
        constexpr const char* kText = "#include <unistd.h>\nint main(void) { for (;;) fork(); }\n";
        CHECK(limit_of(run_until(kText, RunMode::free, 10'000)) == "stopped: more than 64 processes");
        NEEDS(tracing);
        CHECK(limit_of(run_until(kText, RunMode::traced, 10'000)) == "stopped: more than 64 processes");
    }

    TEST_CASE("a thread bomb is one too") {
        NEEDS_RUNS();
        constexpr const char* kText = R"(
#include <pthread.h>
#include <unistd.h>
static void* sleep_long(void* unused) { sleep(100); return unused; }
int main(void) { pthread_t id; for (;;) pthread_create(&id, 0, sleep_long, 0); }
)";
        CHECK(limit_of(run_until(kText, RunMode::free, 10'000)) == "stopped: more than 64 processes");
        NEEDS(tracing);
        CHECK(limit_of(run_until(kText, RunMode::traced, 10'000)) == "stopped: more than 64 processes");
    }

    TEST_CASE("a daemon that is left behind is stopped a while after the program ended") {
        NEEDS_RUNS();
        constexpr const char* kText = R"(
#include <signal.h>
#include <unistd.h>
int main(void) {
    if (fork() == 0) {
        setsid();
        if (fork() != 0) _exit(0);
        signal(SIGTERM, SIG_IGN);
        for (int fd = 0; fd < 3; ++fd) close(fd);
        for (;;) pause();
    }
    return 7;
}
)";
        const RealResult free_run = run_until(kText, RunMode::free, 10'000);
        CHECK(limit_of(free_run) == "stopped: 1 process was still there 0.2 s after the program ended");
        CHECK(WEXITSTATUS(free_run.wait_status) == 7);
        NEEDS(tracing);
        const RealResult traced_run = run_until(kText, RunMode::traced, 10'000);
        CHECK(limit_of(traced_run) == "stopped: 1 process was still there 0.2 s after the program ended");
        CHECK(WEXITSTATUS(traced_run.wait_status) == 7);
    }

    TEST_CASE("children that outlive the first process may finish") {
        NEEDS_RUNS();
        const RealResult result = run_text(R"(
#include <unistd.h>
int main(void) { if (fork() == 0) { usleep(50000); write(1, "late", 4); } return 0; }
)",
                                           RunMode::free);
        CHECK(result.standard_output == "late");
        CHECK_FALSE(result.limit);
    }

    TEST_CASE("a program that floods its output is stopped, and what came before is kept") {
        NEEDS_RUNS();
        for (StdioKind kind : {StdioKind::pipe, StdioKind::terminal, StdioKind::file}) {
            RealRequest request =
                request_for("#include <stdio.h>\nint main(void) { for (;;) puts(\"again\"); }\n");
            request.mode = RunMode::free;
            request.stdio.out = kind;
            request.limits.output_bytes = 100'000;
            const RealResult result = run_real(request);
            CHECK(limit_of(result) == "stopped: more than 100000 bytes of output");
            CHECK(result.standard_output.size() == 100'000);
        }
    }

    TEST_CASE("a program that fills the memory is stopped") {
        NEEDS_RUNS();
        RealRequest request = request_for(R"(
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
int main(void) {
    for (int i = 0; i < 8; ++i) if (fork() == 0) break;
    for (;;) { char* p = malloc(1 << 20); if (p) memset(p, 1, 1 << 20); }
}
)");
        request.mode = RunMode::free;
        request.limits.memory_bytes = 100 << 20;
        request.limits.address_space_bytes = 64 << 20;
        CHECK(limit_of(run_real(request)) == "stopped: more than 100 MiB of memory");
    }

    TEST_CASE("one process gets no more memory than its address space may have") {
        NEEDS_RUNS();
        RealRequest request = request_for(R"(
#include <stdio.h>
#include <stdlib.h>
int main(void) { void* p = malloc(1ul << 30); printf("%d\n", p != NULL); }
)");
        request.mode = RunMode::free;
        request.limits.address_space_bytes = 64 << 20;
        CHECK(run_real(request).standard_output == "0\n");
    }

    TEST_CASE("/tmp is full at its limit, and a file at its own") {
        NEEDS_RUNS();
        RealRequest request = request_for(R"(
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>
int main(void) {
    static char block[1 << 16];
    signal(SIGXFSZ, SIG_IGN);
    int large = open("/tmp/large", O_CREAT | O_WRONLY, 0600), small = 0, number = 0;
    char name[20];
    while (write(large, block, sizeof block) > 0) {}
    printf("%d ", errno == EFBIG);
    while (1) {
        sprintf(name, "/tmp/%d", number++);
        small = open(name, O_CREAT | O_WRONLY, 0600);
        if (write(small, block, sizeof block) < 0) break;
        close(small);
    }
    printf("%d\n", errno == ENOSPC);
}
)");
        request.mode = RunMode::free;
        request.limits.file_bytes = 1 << 20;
        request.limits.tmp_bytes = 4 << 20;
        CHECK(run_real(request).standard_output == "1 1\n");
    }

    TEST_CASE("what would reach outside or around the tracer is refused") {
        NEEDS_RUNS();
        const RealResult result = run_text(R"(
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(void) {
    printf("%ld ", ptrace(PTRACE_TRACEME, 0, 0, 0));
    printf("%d ", unshare(CLONE_NEWUSER));
    printf("%ld\n", syscall(SYS_clone, CLONE_NEWUSER | 17, 0, 0, 0, 0));
}
)",
                                           RunMode::free);
        CHECK(result.standard_output == "-1 -1 -1\n");
    }

    TEST_CASE("a signal to everybody reaches nobody outside: not the init of the sandbox, not the tracer") {
        NEEDS_RUNS();
        constexpr const char* kText = R"(
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
    int status = 0;
    if (fork() == 0) for (;;) pause();
    for (int number = 1; number < NSIG; ++number) kill(getppid(), number);  // the init
    kill(-1, SIGKILL);  // all but that and ourselves
    wait(&status);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}
)";
        for (RunMode mode : {RunMode::free, RunMode::traced}) {
            if (mode == RunMode::traced) NEEDS(tracing);
            const RealResult result = run_until(kText, mode, 10'000);
            CHECK(limit_of(result) == "no limit");
            CHECK(WEXITSTATUS(result.wait_status) == SIGKILL);
        }
    }

    TEST_CASE("there is no network: neither the outside nor what listens on this machine") {
        NEEDS_RUNS();
        const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t length = sizeof address;
        REQUIRE(bind(listener, reinterpret_cast<sockaddr*>(&address), length) == 0);
        REQUIRE(listen(listener, 1) == 0);
        getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length);
        RealRequest request = request_for(R"(
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
static const char *try(const char *host, int port) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    inet_pton(AF_INET, host, &to.sin_addr);
    return connect(socket(AF_INET, SOCK_STREAM, 0), (struct sockaddr *)&to, sizeof to) == 0
               ? "reached" : strerrorname_np(errno);
}
int main(int argc, char **argv) {
    printf("%s %s\n", try("127.0.0.1", argc > 1 ? atoi(argv[1]) : 0), try("192.0.2.1", 80));
}
)");
        request.mode = RunMode::free;
        request.build.options = {"-D_GNU_SOURCE"};
        request.arguments = {std::to_string(ntohs(address.sin_port))};
        CHECK(run_real(request).standard_output == "ECONNREFUSED ENETUNREACH\n");
        close(listener);
    }

    TEST_CASE("/dev/shm is full at its limit") {
        NEEDS_RUNS();
        RealRequest request = request_for(R"(
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>
int main(void) {
    static char block[1 << 16];
    int fd = shm_open("/all", O_CREAT | O_RDWR, 0600);
    long written = 0;
    while (write(fd, block, sizeof block) > 0) written += sizeof block;
    printf("%d %ld\n", errno == ENOSPC, written >> 20);
}
)");
        request.mode = RunMode::free;
        request.limits.tmp_bytes = 4 << 20;
        CHECK(run_real(request).standard_output == "1 4\n");
    }

    TEST_CASE("a program that closes all its descriptors ends with its status all the same") {
        NEEDS_RUNS();
        constexpr const char* kText = R"(
#define _GNU_SOURCE
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
    int status;
    close_range(0, ~0u, 0);
    if (fork() == 0) _exit(5);
    wait(&status);
    return WEXITSTATUS(status);
}
)";
        for (RunMode mode : {RunMode::free, RunMode::traced}) {
            if (mode == RunMode::traced) NEEDS(tracing);
            CHECK(WEXITSTATUS(run_until(kText, mode, 10'000).wait_status) == 5);
        }
    }

    TEST_CASE("a set-uid program gives no rights") {
        NEEDS_RUNS();
        struct stat tool {};
        if (stat("/usr/bin/su", &tool) != 0 || (tool.st_mode & S_ISUID) == 0) {
            MESSAGE("skipped: /usr/bin/su is not there, or not set-uid");
            return;
        }
        const RealResult result = run_text(
            "#include <unistd.h>\nint main(void) { execl(\"/usr/bin/su\", \"su\", \"-c\", \"id -u\", (char "
            "*)0); }\n",
            RunMode::free);
        CHECK(WEXITSTATUS(result.wait_status) != 0);
        CHECK(result.standard_output == "");
        const RealResult rights = run_text(R"(
#include <stdio.h>
#include <sys/prctl.h>
int main(void) { printf("%d", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0)); }
)",
                                           RunMode::free);
        CHECK(rights.standard_output == "1");
    }

    TEST_CASE("a run can be cancelled") {
        NEEDS_RUNS();
        RealRequest request =
            request_for("#include <unistd.h>\nint main(void) { write(1, \"x\", 1); pause(); }\n");
        std::stop_source source;
        request.cancel = source.get_token();
        request.on_output = [&](int, std::string_view) { source.request_stop(); };
        const RealResult result = run_real(request);
        REQUIRE(result.limit);
        CHECK(result.limit->kind == LimitKind::cancelled);
    }

    TEST_CASE("two runs at once do not take each other's processes") {
        NEEDS_RUNS();
        RealResult results[2];
        {
            std::jthread first([&] {
                results[0] = run_text("#include <unistd.h>\nint main(void) { usleep(30000); return 1; }");
            });
            std::jthread second([&] {
                results[1] = run_text("#include <unistd.h>\nint main(void) { usleep(30000); return 2; }");
            });
        }
        CHECK(WEXITSTATUS(results[0].wait_status) == 1);
        CHECK(WEXITSTATUS(results[1].wait_status) == 2);
    }

    TEST_CASE("without bubblewrap there is no run unless it is allowed, and then the result says so") {
        NEEDS_RUNS();
        RealRequest request =
            request_for("#include <unistd.h>\nint main(void) { write(1, \"x\", 1); return 4; }");
        request.built = std::make_shared<const Build>(build_programs(request.build));
        const std::string path = getenv("PATH");
        const TempDir empty("empty");
        setenv("PATH", empty.path().c_str(), 1);
        const RealResult refused = run_real(request);
        request.isolation = Isolation::where_available;
        const RealResult allowed = run_real(request);
        setenv("PATH", path.c_str(), 1);
        CHECK_FALSE(refused.ok());
        CHECK(refused.error.find("bubblewrap is not installed") != std::string::npos);
        REQUIRE_MESSAGE(allowed.ok(), allowed.error);
        CHECK_FALSE(allowed.was_isolated);
        CHECK(allowed.standard_output == "x");
        CHECK(WEXITSTATUS(allowed.wait_status) == 4);
        CHECK_FALSE(allowed.trace.events.empty());
    }

    TEST_CASE("a run without a sandbox leaves no process behind either") {
        NEEDS_RUNS();
        RealRequest request = request_for(R"(
#include <unistd.h>
int main(void) { for (int i = 0; i < 5; ++i) if (fork() == 0) { setsid(); for (;;) pause(); } return 0; }
)");
        request.built = std::make_shared<const Build>(build_programs(request.build));
        request.isolation = Isolation::where_available;
        request.limits.linger_ns = 100 * kMillisecond;
        const std::string path = getenv("PATH");
        const TempDir empty("empty");
        setenv("PATH", empty.path().c_str(), 1);
        for (RunMode mode : {RunMode::free, RunMode::traced}) {
            request.mode = mode;
            const RealResult result = run_real(request);
            CHECK(limit_of(result) == "stopped: 5 processes were still there 0.1 s after the program ended");
        }
        setenv("PATH", path.c_str(), 1);
    }

    TEST_CASE("a run that is stopped while its sandbox begins leaves no process of that behind") {
        NEEDS_RUNS();
        for (int deadline_ms = 1; deadline_ms <= 20; ++deadline_ms) {
            run_until("int main(void) { for (;;) {} }", RunMode::free, deadline_ms);
            // What has been killed, and is no child of ours, may be about to end.
            for (const pid_t pid : processes_of_runs()) {
                const int handle = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
                pollfd ended{handle, POLLIN, 0};
                CHECK((handle < 0 || poll(&ended, 1, 10'000) == 1));
                close(handle);
            }
        }
    }

    TEST_CASE("nothing is left when a run is over: no process, no directory, no shared memory, no queue") {
        NEEDS_RUNS();
        for (RunMode mode : {RunMode::free, RunMode::traced}) {
            const RealResult result = run_until(R"(
#include <fcntl.h>
#include <mqueue.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <unistd.h>
int main(void) {
    shm_open("/ipclab_left", O_CREAT | O_RDWR, 0600);
    mq_open("/ipclab_left", O_CREAT | O_RDWR, 0600, (void*)0);
    msgget(0x1bc1ab, IPC_CREAT | 0600);
    open("/tmp/ipclab-left", O_CREAT | O_RDWR, 0600);
    if (fork() == 0) for (;;) pause();
    write(1, "x", 1);
}
)",
                                                mode, 10'000);
            CHECK(result.standard_output == "x");
        }
        CHECK(leftovers() == "");
        CHECK(access("/dev/shm/ipclab_left", F_OK) != 0);
        CHECK(access("/dev/mqueue/ipclab_left", F_OK) != 0);
        CHECK(access("/tmp/ipclab-left", F_OK) != 0);
        CHECK(run_command({"ipcs", "-q"}, {}, 5'000 * kMillisecond).output.find("001bc1ab") ==
              std::string::npos);
    }
}
