// Programs on both kernels: the same calls, signals, ends and output, but for what timing decides.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "sim/host/real.h"
#include "sim/session/compare_run.h"
#include "tests/session/requests.h"
#include "tests/support/manual.h"
#include "tests/support/native.h"

using namespace ipclab;
using namespace ipclab::session;
using ipclab::testing::TemporaryDirectory;
namespace fs = std::filesystem;

namespace {

using Streams = std::array<kernel::StreamKind, 3>;
constexpr Streams kFiles{kernel::StreamKind::file, kernel::StreamKind::file, kernel::StreamKind::file};
constexpr Streams kTerminals{kernel::StreamKind::terminal, kernel::StreamKind::terminal,
                             kernel::StreamKind::terminal};

BothRuns both(const Request& request, const Streams& streams = kPipes, const std::string& input = "") {
    const Loaded loaded = load(request);
    CHECK(loaded.error == "");
    CHECK(cc::format(loaded.diagnostics) == "");
    REQUIRE(loaded.ok());
    SimulationOptions simulation;
    simulation.input_from = Input::given;
    simulation.output_to = Output::none;
    simulation.input = input;
    simulation.boot.standard_streams = streams;
    return run_both(request, loaded, std::move(simulation));
}

void check_same(const BothRuns& runs) {
    CHECK(runs.real.result.error == "");
    CHECK(runs.comparison.first_difference == "");
    std::string remarks;
    for (const std::string& remark : runs.remarks) remarks += remark + "\n";
    CHECK_MESSAGE(runs.is_same, remarks);
    CHECK_FALSE(runs.is_cut_short);
}

Request shell(const std::string& line) {
    Request request;
    request.shell_line = line;
    return request;
}

}  // namespace

/// Programs whose processes compete, so that the order of their turns decides which calls they make: what comes out in
/// the end is all that can be compared of two runs that are scheduled differently.
const std::set<std::string> kCompeting = {
    "asynchronous.c",      "atomic_replace.c", "atomic_writes.c",     "epoll_server.c", "eventfd_workers.c",
    "fifo_server.c",       "job_control.c",    "terminal_hangup.c",   "inotify_file.c", "lock_deadlock.c",
    "lock_file.c",         "lockf_sections.c", "notices_by_thread.c", "reaper.c",       "self_pipe.c",
    "sysv_queue_server.c", "timerfd_ticks.c"};

TEST_CASE("every textbook program does the same on both kernels") {
    if (!is_possible()) return;
    std::vector<fs::path> programs;
    for (const auto& entry : fs::directory_iterator(IPCLAB_SOURCE_DIR "/tests/programs"))
        if (entry.is_directory() || entry.path().extension() == ".c") programs.push_back(entry.path());
    std::sort(programs.begin(), programs.end());
    CHECK(programs.size() >= 20);
    for (const fs::path& program : programs) {
        CAPTURE(program.filename().string());
        const BothRuns runs = both(request_for(program));
        if (!kCompeting.contains(program.filename())) {
            check_same(runs);
            continue;
        }
        CHECK(runs.simulated.outcome.standard_output == runs.real.result.standard_output);
        CHECK(runs.simulated.outcome.wait_status == runs.real.result.wait_status);
    }
}

TEST_CASE("what clocks and structures say of times is not compared, whatever call tells it") {
    if (!is_possible()) return;
    const Written program(R"(#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/times.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
int main(void) {
    struct stat status;
    struct timespec time, little = {0, 1000};
    struct timeval soon = {0, 1000};
    struct rusage usage;
    struct tms ticks;
    struct sysinfo system_wide;
    struct itimerval alarm_in = {{0, 0}, {5, 0}};
    struct itimerspec timer_in = {{0, 0}, {5, 0}}, timer_left;
    struct msqid_ds queue;
    struct pollfd none;
    int fd = open("/tmp/file", O_RDWR | O_CREAT, 0600), number, id = msgget(IPC_PRIVATE, 0600);
    fstat(fd, &status);
    stat("/tmp", &status);
    syscall(228, CLOCK_REALTIME, &time);
    getrusage(RUSAGE_SELF, &usage);
    times(&ticks);
    sysinfo(&system_wide);
    setitimer(ITIMER_REAL, &alarm_in, NULL);
    getitimer(ITIMER_REAL, &alarm_in);
    alarm(10);
    alarm(0);
    timer_t timer;
    timer_create(CLOCK_MONOTONIC, &(struct sigevent){.sigev_notify = SIGEV_NONE}, &timer);
    timer_settime(timer, 0, &timer_in, NULL);
    timer_gettime(timer, &timer_left);
    int timer_fd = timerfd_create(CLOCK_MONOTONIC, 0);
    timerfd_settime(timer_fd, 0, &timer_in, NULL);
    timerfd_gettime(timer_fd, &timer_left);
    msgsnd(id, &(struct { long type; char text[1]; }){1, "x"}, 1, 0);
    msgctl(id, IPC_STAT, &queue);
    msgctl(id, IPC_RMID, NULL);
    pid_t child = fork();
    if (child == 0) _exit(3);
    wait4(child, &number, 0, &usage);
    select(0, NULL, NULL, NULL, &soon);
    ppoll(&none, 0, &little, NULL);
    nanosleep(&little, &time);
    return (int)status.st_size & 0;
})");
    check_same(both(program.request));
}

TEST_CASE(
    "of a notice by a thread the program's function is compared, not how the library comes to call it") {
    if (!is_possible()) return;
    const Written program(R"(#include <fcntl.h>
#include <mqueue.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>
static sem_t done;
static mqd_t queue;
static void told(union sigval value) {
    sigset_t blocked;
    char text[64];
    sigprocmask(SIG_BLOCK, NULL, &blocked);
    int bytes = value.sival_int == 7 ? (int)mq_receive(queue, text, sizeof text, NULL) : 0;
    printf("%d: %d bytes, SIGUSR1 is %s\n", value.sival_int, bytes,
           sigismember(&blocked, SIGUSR1) ? "blocked" : "not blocked");
    fflush(stdout);
    sem_post(&done);
}
int main(void) {
    struct mq_attr attributes = {.mq_maxmsg = 4, .mq_msgsize = 64};
    struct sigevent event = {.sigev_notify = SIGEV_THREAD, .sigev_notify_function = told, .sigev_value.sival_int = 7};
    struct itimerspec soon = {{0, 0}, {0, 1000000}};
    timer_t timer;
    sem_init(&done, 0, 0);
    queue = mq_open("/notices", O_RDWR | O_CREAT, 0600, &attributes);
    for (int i = 0; i < 2; i++) {
        mq_notify(queue, &event);
        mq_send(queue, "hello", 5, 0);
        sem_wait(&done);
    }
    event.sigev_value.sival_int = 8;
    timer_create(CLOCK_MONOTONIC, &event, &timer);
    timer_settime(timer, 0, &soon, NULL);
    sem_wait(&done);
    mq_unlink("/notices");
})");
    const BothRuns runs = both(program.request);
    check_same(runs);
    CHECK(runs.simulated.outcome.standard_output ==
          "7: 5 bytes, SIGUSR1 is not blocked\n7: 5 bytes, SIGUSR1 is not blocked\n8: 0 bytes, SIGUSR1 is "
          "blocked\n");
}

TEST_CASE("the examples of the manual pages do the same on both kernels, as they stand there") {
    if (!is_possible()) return;
    struct Row {
        const char* page;
        std::vector<std::string> arguments;
        Streams streams;
    };
    const Row rows[] = {
        {"pipe(2)", {"hello"}, kPipes},    {"pipe(2)", {"hello"}, kTerminals},
        {"fork(2)", {}, kPipes},           {"fork(2)", {}, kTerminals},
        {"wait(2)", {"7"}, kPipes},        {"wait(2)", {"300"}, kTerminals},
        {"strtol(3)", {"123abc"}, kPipes}, {"getopt(3)", {"-n", "x"}, kPipes},
        {"atexit(3)", {}, kFiles},
    };
    std::size_t found = 0;
    for (const testing::ManualExample& example : testing::manual_examples())
        for (const Row& row : rows) {
            if (example.page != row.page) continue;
            CAPTURE(example.name());
            ++found;
            Written program(example.text);
            program.request.arguments = row.arguments;
            check_same(both(program.request, row.streams));
        }
    if (testing::manual_examples().empty()) MESSAGE("skipped: no manual pages (package manpages-dev)");
    CHECK((found >= 6 || testing::manual_examples().empty()));
}

TEST_CASE("the manual's reader of signals by signalfd(2) does the same on both kernels") {
    if (!is_possible() || testing::manual_examples().empty()) return;
    TemporaryDirectory directory;
    for (const testing::ManualExample& example : testing::manual_examples())
        if (example.page == "signalfd(2)") directory.write(example.file, example.text);
    Request request = shell("signals & sleep 1; kill -INT %1; sleep 1; kill -QUIT %1; wait");
    request.programs = {{"signals", {directory.path() + "/signalfd.c"}}};
    const BothRuns runs = both(request);
    check_same(runs);
    CHECK(runs.simulated.outcome.standard_output == "Got SIGINT\nGot SIGQUIT\n");
}

TEST_CASE("the manual's reader and writer of shared memory, two programs, do the same on both kernels") {
    if (!is_possible() || testing::manual_examples().empty()) return;
    TemporaryDirectory directory;
    for (const testing::ManualExample& example : testing::manual_examples())
        if (example.file.starts_with("svshm_string")) directory.write(example.file, example.text);
    Request request = shell("read_it & sleep 1; write_it 0 0 'Hello, world'; wait");
    request.programs = {{"read_it", {directory.path() + "/svshm_string_read.c"}},
                        {"write_it", {directory.path() + "/svshm_string_write.c"}}};
    const BothRuns runs = both(request);
    check_same(runs);
    CHECK(runs.simulated.outcome.standard_output == "shmid = 0; semid = 0\nHello, world\n");
}

TEST_CASE("the manual's server and clients of a UNIX socket, two programs, do the same on both kernels") {
    if (!is_possible() || testing::manual_examples().empty()) return;
    TemporaryDirectory directory;
    for (const testing::ManualExample& example : testing::manual_examples())
        if (example.page.starts_with("UNIX(7)") || example.page.starts_with("unix(7)"))
            directory.write(example.file, example.text);
    Request request = shell("server & sleep 1; client 3 4; client 11 -5; kill %1; wait");
    request.programs = {{"server", {directory.path() + "/server.c"}},
                        {"client", {directory.path() + "/client.c"}}};
    const BothRuns runs = both(request);
    check_same(runs);
    CHECK(runs.simulated.outcome.standard_output == "Result = 7\nResult = 6\n");
}

TEST_CASE("what is buffered when a process forks depends on the kind of the stream, on both kernels alike") {
    if (!is_possible()) return;
    const Request request = request_for(IPCLAB_SOURCE_DIR "/tests/programs/stdio_fork.c");
    std::vector<std::string> outputs;
    for (const Streams& streams : {kPipes, kFiles, kTerminals}) {
        const BothRuns runs = both(request, streams);
        check_same(runs);
        outputs.push_back(runs.simulated.outcome.standard_output);
    }
    CHECK(outputs[0] == outputs[1]);
    CHECK(outputs[0] != outputs[2]);
}

TEST_CASE(
    "input comes to both in the same way: line by line from a terminal, as it is from a pipe or a file") {
    if (!is_possible()) return;
    const Request request = request_for(IPCLAB_SOURCE_DIR "/lessons/bin/cat.c");
    for (const Streams& streams : {kPipes, kFiles, kTerminals}) {
        const BothRuns runs = both(request, streams, "one\ntwo\nthree");
        check_same(runs);
        CHECK(runs.simulated.outcome.standard_output == "one\ntwo\nthree");
    }
}

TEST_CASE(
    "who reads a file only in part leaves the rest to the next: the descriptor goes back to what was not "
    "read") {
    if (!is_possible()) return;
    const std::string lines = "1\n2\n3\n4\n";
    const BothRuns from_file = both(shell("head -1; cat"), kFiles, lines);
    check_same(from_file);
    CHECK(from_file.simulated.outcome.standard_output == lines);
    const BothRuns from_pipe = both(shell("head -1; cat"), kPipes, lines);
    check_same(from_pipe);
    CHECK(from_pipe.simulated.outcome.standard_output == "1\n");
}

TEST_CASE("a program finds the same system: names, users, environment, limits of its world") {
    if (!is_possible()) return;
    const Written program(R"(#include <pwd.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
extern char **environ;
int main(int argc, char **argv) {
    char path[100];
    printf("%d %s %d %d\n", argc, argv[0], (int)getpid(), (int)getppid());
    printf("%d %d %s\n", (int)getuid(), (int)getgid(), getcwd(path, sizeof path));
    for (char **entry = environ; *entry; entry++) printf("%s\n", *entry);
    struct passwd *me = getpwuid(getuid());
    printf("%s %s\n", me ? me->pw_name : "?", me ? me->pw_dir : "?");
    printf("%03o %ld\n", (unsigned)umask(0), sysconf(_SC_OPEN_MAX));
})");
    const BothRuns runs = both(program.request);
    CHECK(runs.real.result.error == "");
    CHECK(runs.simulated.outcome.standard_output == runs.real.result.standard_output);
}

TEST_CASE("pipelines, redirections, jobs and statuses of the toy shell are the same on both kernels") {
    if (!is_possible()) return;
    for (const char* line :
         {"yes | head -3", "seq 20 | sort -rn | head -2; echo $?", "cat < text; echo $?",
          "echo b > f; echo a >> f; sort < f; wc -l f; ls", "sleep 50 & kill %1; wait %1; echo $?",
          "sleep 0.05 & echo early; wait $!; echo $?", "(sleep 0.05; exit 3) & wait $!; echo $?",
          "false || echo $? && true; exit 4", "ls nosuch > both 2>&1; echo $?; wc -l < both", "kill -PIPE $$",
          "cat | tr a-z A-Z | wc", "exec 3>out; echo x >&3; exec 3>&-; cat out"}) {
        CAPTURE(std::string(line));
        check_same(both(shell(line), kPipes, "in put\nline two\n"));
    }
}

TEST_CASE("yes | head -3: SIGPIPE ends the first stage on both kernels") {
    if (!is_possible()) return;
    const BothRuns runs = both(shell("yes | head -3"));
    check_same(runs);
    CHECK(runs.simulated.outcome.standard_output == "y\ny\ny\n");
    for (const kernel::Trace* trace : {&runs.simulated_trace, &runs.real.result.trace})
        CHECK(std::count_if(trace->events.begin(), trace->events.end(), [](const kernel::Event& event) {
                  return event.kind == kernel::EventKind::exited && (event.result & 0x7f) == 13;
              }) == 1);
}

TEST_CASE("two programs of one's own: a server and its client") {
    if (!is_possible()) return;
    TemporaryDirectory directory;
    directory.write("server.c", R"(#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
int main(void) {
    char text[64];
    for (;;) {
        int in = open("/tmp/in", O_RDONLY);
        if (in < 0) { usleep(10000); continue; }
        ssize_t got = read(in, text, sizeof text);
        close(in);
        unlink("/tmp/in");
        printf("got %.*s\n", (int)got, text);
        fflush(stdout);
    }
})");
    directory.write("client.c", R"(#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
int main(int argc, char **argv) {
    int out = open("/tmp/out", O_WRONLY | O_CREAT, 0600);
    if (write(out, argv[1], strlen(argv[1])) < 0 || argc != 2) return 1;
    return rename("/tmp/out", "/tmp/in");
})");
    const ParsedRequest parsed = parse_request(
        {}, {}, {"server=" + directory.path() + "/server.c", "client=" + directory.path() + "/client.c"},
        "server & sleep 0.1; client hello; sleep 0.3; kill %1; wait %1; echo $?");
    REQUIRE(parsed.error == "");
    const BothRuns runs = both(parsed.request);
    CHECK(runs.real.result.error == "");
    CHECK(runs.simulated.outcome.standard_output == "got hello\n143\n");
    CHECK(runs.real.result.standard_output == "got hello\n143\n");
}

TEST_CASE("a deadlock is one on both kernels, and told as what it is") {
    if (!is_possible()) return;
    const Written program(R"(#include <sys/wait.h>
#include <unistd.h>
int main(void) {
    int ends[2];
    char byte;
    if (pipe(ends) < 0) return 1;
    if (fork() == 0) return (int)read(ends[0], &byte, 1);
    wait(NULL);
})");
    const BothRuns runs = both(program.request);
    check_same(runs);
    CHECK(runs.simulated.end == RunEnd::stuck);
    CHECK(runs.simulated_end.find("waits for ever") != std::string::npos);
    CHECK(runs.real_end.find("deadline") != std::string::npos);
    CHECK(runs.remarks.back().find("left behind: not compared") == 0);
}

TEST_CASE("a difference is found, named with its line, and makes the runs different") {
    if (!is_possible()) return;
    const Written program(R"(#include <stdio.h>
#include <unistd.h>
int main(void) {
    char name[100];
    ssize_t got = readlink("/proc/self/exe", name, sizeof name);
    printf("%d\n", got > 0);
    return got > 0 ? 3 : 4;
})");
    const BothRuns runs = both(program.request);
    CHECK_FALSE(runs.is_same);
    CHECK(runs.comparison.first_difference.find("prog.c:5: ssize_t got = readlink") != std::string::npos);
    std::string remarks;
    for (const std::string& remark : runs.remarks) remarks += remark + "\n";
    CHECK(remarks.find("standard output differs, first in line 1\n  simulated: 0\n  real:      1\n") !=
          std::string::npos);
    CHECK(remarks.find("the end differs: simulated exit status 4, real exit status 3") != std::string::npos);
}
