// Programs on both kernels in lock-step: the same order of turns, so that everything has to be the same.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <filesystem>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "sim/host/real.h"
#include "sim/lesson/load.h"
#include "tests/session/lock_step.h"
#include "tests/support/native.h"

using namespace ipclab;
using namespace ipclab::session;
using ipclab::testing::TemporaryDirectory;
namespace fs = std::filesystem;

namespace {

/// Several at a time: most of a run's time is spent waiting.
void check_all(const std::vector<std::pair<std::string, std::function<std::string()>>>& runs) {
    constexpr int kAtOnce = 4;
    std::atomic<std::size_t> next = 0;
    std::vector<std::string> results(runs.size());
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < kAtOnce; ++i)
            threads.emplace_back([&] {
                for (std::size_t at = next++; at < runs.size(); at = next++) results[at] = runs[at].second();
            });
    }
    for (std::size_t i = 0; i < runs.size(); ++i) {
        CAPTURE(runs[i].first);
        CHECK(results[i] == "");
    }
}

}  // namespace

/// It makes random names.
const std::set<std::string> kLessonsNotTheSame = {"dbus"};

/// Programs that cannot be the same call by call: docs/LOCKSTEP.md says why of each.
const std::set<std::string> kNotTheSame = {
    "asynchronous.c",   "notices_by_thread.c",  "posix_queue_thread.c", "sleep_interrupted.c",
    "threads_turns.c",  "threads_signals.c",    "threads_timed_wait.c", "timerfd_ticks.c",
    "interval_timer.c", "threads_mutex_kinds.c"};

TEST_CASE("every textbook program makes the same calls in lock-step, with the same results") {
    if (!is_possible()) return;
    std::vector<std::pair<std::string, std::function<std::string()>>> runs;
    for (const auto& entry : fs::directory_iterator(IPCLAB_SOURCE_DIR "/tests/programs")) {
        const fs::path program = entry.path();
        if ((!entry.is_directory() && program.extension() != ".c") ||
            kNotTheSame.contains(program.filename()))
            continue;
        runs.emplace_back(program.filename(), [program] {
            const std::uint64_t seed = std::hash<std::string>()(program.filename().string()) % 100;
            return differences(lock_step(request_for(program), seed));
        });
    }
    CHECK(runs.size() >= 150);
    check_all(runs);
}

TEST_CASE("what every lesson runs is the same in lock-step") {
    if (!is_possible()) return;
    std::vector<std::pair<std::string, std::function<std::string()>>> runs;
    for (const auto& loaded : lesson::load_lessons(IPCLAB_SOURCE_DIR "/lessons")) {
        REQUIRE(loaded.lesson);
        for (const lesson::Setup& setup : loaded.lesson->setups) {
            if (!setup.on_real || kLessonsNotTheSame.contains(loaded.lesson->name)) continue;
            runs.emplace_back(loaded.lesson->name + " " + setup.variant, [lesson = *loaded.lesson, setup] {
                const Request request = request_of(lesson, setup);
                const Loaded programs = load(request);
                SimulationOptions simulation;
                simulation.boot = setup.boot;
                simulation.input = setup.input;
                return differences(run_in_lock_step(request, programs, simulation, 1));
            });
        }
    }
    CHECK(runs.size() >= 15);
    check_all(runs);
}

TEST_CASE("the seed decides the order of turns: another one gives another order, the same one the same") {
    if (!is_possible()) return;
    const Written program(R"(#include <sys/wait.h>
#include <unistd.h>
int main(void) {
    for (int i = 0; i < 3; i++)
        if (fork() == 0) {
            for (int n = 0; n < 3; n++) write(1, &"abc"[i], 1);
            return 0;
        }
    while (wait(NULL) > 0) {}
})");
    std::set<std::string> orders;
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        const BothRuns one = lock_step(program.request, seed), again = lock_step(program.request, seed);
        CHECK(differences(one) == "");
        CHECK(one.real.result.standard_output == one.simulated.outcome.standard_output);
        CHECK(one.real.result.standard_output == again.real.result.standard_output);
        orders.insert(one.real.result.standard_output);
    }
    CHECK(orders.size() >= 2);
}

TEST_CASE("a deadlock is seen on both kernels, and does not hang the comparison") {
    if (!is_possible()) return;
    const Written program(R"(#include <unistd.h>
int main(void) {
    int fds[2];
    char byte;
    pipe(fds);
    return (int)read(fds[0], &byte, 1);
})");
    const BothRuns both = lock_step(program.request, 1);
    CHECK(differences(both) == "");
    CHECK(both.simulated.end == RunEnd::stuck);
    CHECK_FALSE(both.real.result.limit);  // it was killed where it slept: no deadline had to pass
    CHECK(both.real.result.wait_status == SIGKILL);
}

TEST_CASE("at a limit both runs are stopped at one place, and what they leave there is compared") {
    if (!is_possible()) return;
    const auto stopped = [](const std::string& body, std::uint64_t instructions, double deadline_s) {
        const Written program(R"(#include <fcntl.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/shm.h>
#include <unistd.h>
int main(void) {
    struct { long type; char text[4]; } message = {1, "abc"};
    volatile char *memory = shmat(shmget(5, 100, IPC_CREAT | 0600), NULL, 0);
    int queue = msgget(77, IPC_CREAT | 0600);
    write(1, "begin\n", 6);
    if (fork() == 0)
        for (;;) {
            )" + body + R"(
        }
    msgsnd(queue, &message, 3, 0);
    pause();
})");
        const Loaded loaded = load(program.request);
        SimulationOptions simulation;
        simulation.boot.standard_streams = kPipes;
        simulation.max_instructions = instructions;
        return run_in_lock_step(program.request, loaded, simulation, 1, deadline_s);
    };
    const auto remark = [](const BothRuns& both, const std::string& text) {
        return std::ranges::count_if(both.remarks,
                                     [&](const std::string& each) { return each.starts_with(text); });
    };
    for (const char* body : {"", "memory[0]++;"}) {
        CAPTURE(body);
        const BothRuns both = stopped(body, 3'000'000, 60);
        CHECK(both.difference == "");
        CHECK(both.is_same);
        CHECK(both.is_cut_short);
        CHECK_FALSE(both.real.result.limit);
        CHECK(both.real.result.standard_output == "begin\n");
        CHECK(remark(both, "standard output: the same 6 bytes") == 1);
        CHECK(remark(both, "left behind by both: System V message queue 0x4d with 1 message") == 1);
        CHECK(remark(both, "left behind, and differs") == 0);
    }
    const BothRuns late = stopped("usleep(1000); write(1, \"\", 0);", 5'000'000'000, 0.5);
    CHECK(late.is_same);
    CHECK(late.is_cut_short);
    CHECK(late.simulated_end == "stopped after 0.5 s (deadline)");
    CHECK(remark(late, "left behind by both: System V message queue 0x4d with 1 message") == 1);
}

TEST_CASE("a difference is told with the call, its line, both results, the object and the rules") {
    if (!is_possible()) return;
    // What the real program sees and the simulated one does not.
    const Written program(R"(#include <unistd.h>
int main(void) {
    int fds[2];
    char bytes[10];
    pipe(fds);
#ifdef __GNUC_RH_RELEASE__
#endif
    write(fds[1], "abc", 3);
#ifdef __OPTIMIZE__
#endif
    return (int)read(fds[0], bytes, REAL ? 2 : 1);
})");
    const Loaded simulated = load([&] {
        Request request = program.request;
        request.defines = {"REAL=0"};
        return request;
    }());
    Request real = program.request;
    real.defines = {"REAL=1"};
    SimulationOptions simulation;
    simulation.boot.standard_streams = kPipes;
    const BothRuns both = run_in_lock_step(real, simulated, simulation, 1);
    CHECK_FALSE(both.is_same);
    for (const char* text :
         {"simulated: read(3, \"a\", 1) = 1", "real: read(3, \"ab\", 2) = 2", "prog.c:11",
          "object: pipe 1: 3 bytes in 1 of 16 slots; read end: fd 3 of prog (2)", "pipe(7)"})
        CHECK_MESSAGE(both.difference.find(text) != std::string::npos, both.difference);
}

TEST_CASE("that only one of the two calls sleeps is a difference, and ends the comparison") {
    if (!is_possible()) return;
    const Written program(R"(#include <unistd.h>
int main(void) {
    int fds[2];
    char byte = 'x';
    pipe(fds);
    if (REAL) write(fds[1], &byte, 1); else write(fds[1], &byte, 0);
    return (int)read(fds[0], &byte, 1);
})");
    Request request = program.request;
    request.defines = {"REAL=0"};
    const Loaded simulated = load(request);
    request.defines = {"REAL=1"};
    SimulationOptions simulation;
    simulation.boot.standard_streams = kPipes;
    const BothRuns both = run_in_lock_step(request, simulated, simulation, 1);
    CHECK_FALSE(both.is_same);
    CHECK(both.difference != "");
}

TEST_CASE("a signal that is ignored does not end a wait that is traced: epoll, semaphores, a pipe") {
    if (!is_possible()) return;
    CHECK(in_lock_step(R"(#include <sys/epoll.h>
#include <sys/sem.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
    int fds[2], set = semget(IPC_PRIVATE, 1, 0600), queue = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN};
    pipe(fds);
    epoll_ctl(queue, EPOLL_CTL_ADD, fds[0], &event);
    if (fork() == 0) {
        if (fork() == 0) return 0;  // its SIGCHLD is ignored by the one that waits
        struct sembuf down = {0, -1, 0};
        return semop(set, &down, 1) == 0 ? 1 : 2;
    }
    if (fork() == 0) {
        if (fork() == 0) return 0;
        return epoll_wait(queue, &event, 1, -1);
    }
    usleep(10000);
    struct sembuf up = {0, 1, 0};
    semop(set, &up, 1);
    write(fds[1], "x", 1);
    int sum = 0, status;
    while (wait(&status) > 0) sum += WEXITSTATUS(status);
    semctl(set, 0, IPC_RMID);
    return sum;
})") == "");
}

TEST_CASE(
    "threads in lock-step: who sleeps at a lock, and until when, is the same; their futex calls are not "
    "compared") {
    if (!is_possible()) return;
    for (std::uint64_t seed = 1; seed <= 3; ++seed)
        CHECK(in_lock_step(R"(#include <pthread.h>
#include <stdio.h>
#include <unistd.h>
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int turn;
static void *go(void *number) {
    for (int i = 0; i < 3; i++) {
        pthread_mutex_lock(&lock);
        while (turn % 2 != (int)(long)number) pthread_cond_wait(&changed, &lock);
        write(1, number ? "b" : "a", 1);
        turn++;
        pthread_cond_broadcast(&changed);
        pthread_mutex_unlock(&lock);
    }
    return NULL;
}
int main(void) {
    pthread_t threads[2];
    for (long i = 0; i < 2; i++) pthread_create(&threads[i], NULL, go, (void *)i);
    for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
})",
                           seed) == "");
}

// ---- Rules that `ipclab fuzz` found to be wrong in the model ------------------------------------------------

TEST_CASE("SEEK_DATA and SEEK_HOLE tell pages that were written from those that never were") {
    if (!is_possible()) return;
    CHECK(in_lock_step(R"(#define _GNU_SOURCE
#include <fcntl.h>
#include <unistd.h>
int main(void) {
    static const int places[] = {0, 1, 4095, 4096, 9000, 20000, 20479, 20480, 24999, 25000, -1};
    int fd = open("/tmp/file", O_RDWR | O_CREAT, 0600);
    ftruncate(fd, 25000);
    for (int turn = 0; turn < 3; turn++) {
        for (unsigned i = 0; i < sizeof places / sizeof *places; i++) {
            lseek(fd, places[i], SEEK_DATA);
            lseek(fd, places[i], SEEK_HOLE);
        }
        pwrite(fd, "x", 1, turn == 0 ? 8192 : 20479);
    }
})") == "");
}

TEST_CASE(
    "a stop signal ends epoll_wait() and semop() with EINTR; a read goes on when the process is continued") {
    if (!is_possible()) return;
    for (std::uint64_t seed = 1; seed <= 3; ++seed)
        CHECK(in_lock_step(R"(#include <signal.h>
#include <sys/epoll.h>
#include <sys/sem.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
    for (int kind = 0; kind < 3; kind++) {
        pid_t child = fork();
        if (child == 0) {
            int fds[2];
            struct epoll_event event;
            struct sembuf down = {0, -1, 0};
            if (kind == 0) epoll_wait(epoll_create1(0), &event, 1, -1);
            if (kind == 1) semop(semget(IPC_PRIVATE, 1, 0600), &down, 1);
            if (kind == 2) pipe(fds), read(fds[0], &event, 1);
            return 0;
        }
        usleep(10000);
        kill(child, SIGSTOP);
        usleep(10000);
        kill(child, SIGCONT);
        usleep(10000);
        kill(child, SIGKILL);
        wait(NULL);
    }
})",
                           seed) == "");
}

TEST_CASE("pread() and pwrite() of a pidfd give EINVAL, not ESPIPE") {
    if (!is_possible()) return;
    CHECK(in_lock_step(R"(#include <sys/syscall.h>
#include <unistd.h>
int main(void) {
    char byte = 'x';
    int fd = (int)syscall(SYS_pidfd_open, getpid(), 0);
    pwrite(fd, &byte, 1, 0);
    pread(fd, &byte, 1, 0);
    pwrite(fd, &byte, 1, -1);
})") == "");
}

TEST_CASE("a directory has no end to seek from; a message queue's descriptor has 80 bytes") {
    if (!is_possible()) return;
    CHECK(in_lock_step(R"(#define _GNU_SOURCE
#include <fcntl.h>
#include <mqueue.h>
#include <unistd.h>
int main(void) {
    struct mq_attr attributes = {.mq_maxmsg = 1, .mq_msgsize = 8};
    int fds[] = {open("/tmp", O_RDONLY), mq_open("/q", O_RDWR | O_CREAT, 0600, &attributes)};
    for (int i = 0; i < 2; i++)
        for (int whence = 0; whence < 6; whence++) {
            lseek(fds[i], 0, whence);
            lseek(fds[i], -1, whence);
            lseek(fds[i], 10000, whence);
        }
})") == "");
}

TEST_CASE(
    "an operation with IPC_NOWAIT that becomes impossible while its semop() sleeps ends it with EAGAIN") {
    if (!is_possible()) return;
    for (std::uint64_t seed = 1; seed <= 3; ++seed)
        CHECK(in_lock_step(R"(#include <sys/sem.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
    int set = semget(IPC_PRIVATE, 2, 0600);
    semctl(set, 0, SETVAL, 1);
    if (fork() == 0) {
        struct sembuf both[] = {{0, -1, IPC_NOWAIT}, {1, -1, 0}};
        semop(set, both, 2);
        return 0;
    }
    usleep(10000);
    struct sembuf down = {0, -1, IPC_NOWAIT};
    semop(set, &down, 1);
    wait(NULL);
})",
                           seed) == "");
}

TEST_CASE(
    "a handler with SA_RESTART does not make sigtimedwait() go on; a fatal signal, and a stop, end it") {
    if (!is_possible()) return;
    for (const char* signal : {"SIGUSR1", "SIGTERM", "SIGSTOP"})
        CHECK(in_lock_step(std::string("#define SIGNAL ") + signal + R"(
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
static void handle(int signal) { (void)signal; }
int main(void) {
    pid_t child = fork();
    if (child == 0) {
        struct sigaction action;
        memset(&action, 0, sizeof action);
        action.sa_handler = handle;
        action.sa_flags = SA_RESTART;
        sigaction(SIGUSR1, &action, NULL);
        sigset_t wanted;
        sigemptyset(&wanted);
        sigaddset(&wanted, SIGUSR2);
        sigprocmask(SIG_BLOCK, &wanted, NULL);
        sigtimedwait(&wanted, NULL, NULL);
        return 0;
    }
    usleep(10000);
    kill(child, SIGNAL);
    usleep(10000);
    kill(child, SIGKILL);
    wait(NULL);
})") == "");
}

TEST_CASE("who is to die of one signal is not killed by the next: fatal signals are acted on first") {
    if (!is_possible()) return;
    for (std::uint64_t seed = 1; seed <= 4; ++seed)
        CHECK(in_lock_step(R"(#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
    if (fork() == 0) raise(SIGUSR2);
    if (fork() == 0) kill(0, SIGKILL);
    while (wait(NULL) > 0) {}
})",
                           seed) == "");
}

TEST_CASE("orphans that are stopped stay so in lock-step, where the sandbox's init is of their session") {
    if (!is_possible()) return;
    for (std::uint64_t seed = 1; seed <= 3; ++seed)
        CHECK(in_lock_step(R"(#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
    pid_t child = fork();
    if (child == 0) {
        raise(SIGSTOP);
        return 1;
    }
    waitpid(child, NULL, WUNTRACED);
})",
                           seed) == "");
}

TEST_CASE("of sleepers that get one stop signal none tells its parent before that one has got it too") {
    if (!is_possible()) return;
    for (int time = 0; time < 12; ++time)
        CHECK(in_lock_step(R"(#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
static void handle(int signal) { (void)signal; }
int main(void) {
    signal(SIGCHLD, handle);
    if (fork() == 0) pause();
    if (fork() == 0) {
        usleep(10000);
        kill(0, SIGSTOP);
    }
    while (wait(NULL) > 0) {}
})") == "");
}

TEST_CASE("two children that end before the parent's handler runs send it one SIGCHLD") {
    if (!is_possible()) return;
    for (std::uint64_t seed = 1; seed <= 6; ++seed)
        CHECK(in_lock_step(R"(#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
static void handle(int signal) { (void)signal; }
int main(void) {
    signal(SIGCHLD, handle);
    for (int i = 0; i < 4; i++)
        if (fork() == 0) _exit(i);
    while (wait(NULL) > 0 || errno == EINTR) {}
})",
                           seed) == "");
}

TEST_CASE("SIGCONT for whoever is not stopped and does not handle it ends no sigtimedwait(), traced or not") {
    if (!is_possible()) return;
    CHECK(in_lock_step(R"(#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
    pid_t child = fork();
    sigset_t wanted;
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGUSR1);
    sigprocmask(SIG_BLOCK, &wanted, NULL);
    if (child == 0) return sigtimedwait(&wanted, NULL, NULL);
    usleep(10000);
    kill(child, SIGCONT);
    usleep(10000);
    kill(child, SIGUSR1);
    wait(NULL);
})") == "");
}

TEST_CASE(
    "a new size of a pipe wakes the first of its writers; finding no room, it sleeps again behind the "
    "others") {
    if (!is_possible()) return;
    CHECK(in_lock_step(R"(#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>
static char bytes[65536];
int main(void) {
    int fds[2];
    pipe(fds);
    fcntl(fds[1], F_SETPIPE_SZ, 4096);
    if (fork() == 0) _exit((int)write(fds[1], bytes, 8192));
    usleep(10000);
    if (fork() == 0) _exit((int)write(fds[1], bytes, 3));
    usleep(10000);
    fcntl(fds[0], F_SETPIPE_SZ, 1);
    read(fds[0], bytes, sizeof bytes);
    usleep(10000);
    read(fds[0], bytes, sizeof bytes);
    while (wait(NULL) > 0) {}
})") == "");
}

TEST_CASE(
    "splice() and tee() from a pipe without writers to one without readers give EPIPE, not the end of the "
    "file") {
    if (!is_possible()) return;
    CHECK(in_lock_step(R"(#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>
int main(void) {
    int p[2], q[2];
    pipe(p);
    pipe(q);
    close(p[1]);
    close(q[0]);
    signal(SIGPIPE, SIG_IGN);
    splice(p[0], NULL, q[1], NULL, 4096, 0);
    tee(p[0], q[1], 4096, 0);
})") == "");
}

TEST_CASE("readv() and preadv() of no bytes give 0, even of a directory or an eventfd") {
    if (!is_possible()) return;
    CHECK(in_lock_step(R"(#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/uio.h>
#include <unistd.h>
int main(void) {
    char byte;
    struct iovec parts[] = {{&byte, 0}, {&byte, 0}};
    int fds[] = {open("/tmp", O_RDONLY), eventfd(0, 0)};
    for (int i = 0; i < 2; i++) {
        readv(fds[i], parts, 2);
        preadv(fds[i], parts, 2, 0);
        writev(fds[i], parts, 2);
        read(fds[i], &byte, 0);
    }
})") == "");
}

TEST_CASE("a file of tmpfs that has a name can have no seals") {
    if (!is_possible()) return;
    CHECK(in_lock_step(R"(#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
int main(void) {
    int fds[] = {open("/tmp/file", O_RDWR | O_CREAT, 0600), shm_open("/memory", O_RDWR | O_CREAT, 0600),
                 memfd_create("memory", 0), memfd_create("memory", MFD_ALLOW_SEALING), open("/tmp", O_RDONLY)};
    for (int i = 0; i < 5; i++) {
        fcntl(fds[i], F_GET_SEALS);
        fcntl(fds[i], F_ADD_SEALS, F_SEAL_SHRINK);
        fcntl(fds[i], F_ADD_SEALS, 1 << 20);
    }
})") == "");
}

TEST_CASE(
    "O_NONBLOCK that is set while an eventfd, a socket or a timer is waited for does not end the wait") {
    if (!is_possible()) return;
    CHECK(in_lock_step(R"(#include <fcntl.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
    int counter = eventfd(5, EFD_SEMAPHORE), s[2];
    uint64_t value = UINT64_MAX - 1;
    char bytes[100];
    socketpair(AF_UNIX, SOCK_STREAM, 0, s);
    if (fork() == 0) return (int)write(counter, &value, 8);  // each read makes room for one: not enough
    if (fork() == 0) return (int)recv(s[0], bytes, 10, MSG_WAITALL);
    usleep(10000);
    fcntl(counter, F_SETFL, O_NONBLOCK);
    fcntl(s[0], F_SETFL, O_NONBLOCK);
    read(counter, &value, 8);
    send(s[1], bytes, 4, 0);
    usleep(10000);
    for (int i = 0; i < 5; i++) read(counter, &value, 8);
    send(s[1], bytes, 6, 0);
    while (wait(NULL) > 0) {}
})") == "");
}

TEST_CASE("recv() of no bytes from a TCP socket waits once, and whatever wakes it, a signal too, gives 0") {
    if (!is_possible()) return;
    CHECK(in_lock_step(R"(#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
static void handle(int signal) { (void)signal; }
int main(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(5000)};
    int listener = socket(AF_INET, SOCK_STREAM, 0), fd = socket(AF_INET, SOCK_STREAM, 0);
    char byte;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bind(listener, (struct sockaddr *)&address, sizeof address);
    listen(listener, 5);
    connect(fd, (struct sockaddr *)&address, sizeof address);
    int other = accept(listener, NULL, NULL);
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = handle;
    sigaction(SIGUSR1, &action, NULL);
    pid_t child = fork();
    if (child == 0) return (int)recv(other, &byte, 0, 0);
    usleep(10000);
    kill(child, SIGUSR1);
    wait(NULL);
})") == "");
}

TEST_CASE("a call that SIGKILL ends never returns: not with EINTR, nor with what it has written") {
    if (!is_possible()) return;
    for (std::uint64_t seed = 1; seed <= 3; ++seed)
        CHECK(in_lock_step(R"(#define _GNU_SOURCE
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
static char bytes[65537];
int main(void) {
    int fds[2];
    sigset_t wanted;
    pipe(fds);
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGUSR1);
    sigprocmask(SIG_BLOCK, &wanted, NULL);
    if (fork() == 0) return sigtimedwait(&wanted, NULL, NULL);
    if (fork() == 0) return (int)write(fds[1], bytes, sizeof bytes);
    if (fork() == 0) return (int)syscall(SYS_pidfd_send_signal, syscall(SYS_pidfd_open, getpid(), 0), SIGKILL, NULL, 0);
    usleep(10000);
    kill(0, SIGKILL);
})",
                           seed) == "");
}

TEST_CASE("a process that ends takes all its threads with it, those too that have not run yet") {
    if (!is_possible()) return;
    for (std::uint64_t seed = 1; seed <= 6; ++seed)
        CHECK(in_lock_step(R"(#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>
static int fds[2];
static void *go(void *unused) {
    char byte;
    read(fds[0], &byte, 1);
    return unused;
}
int main(void) {
    pthread_t thread;
    pipe(fds);
    for (int i = 0; i < 3; i++)
        if (fork() == 0) {
            for (int n = 0; n < i; n++) pthread_create(&thread, NULL, go, NULL);
            _exit(i);
        }
    while (wait(NULL) > 0) {}
})",
                           seed) == "");
}

TEST_CASE("of a process's threads one takes the fatal signal, and the others sleep on until it has") {
    if (!is_possible()) return;
    for (std::uint64_t seed = 1; seed <= 6; ++seed)
        CHECK(in_lock_step(R"(#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
static int fds[2];
static void *go(void *unused) {
    char byte;
    read(fds[0], &byte, 1);
    return unused;
}
int main(void) {
    pthread_t threads[2];
    pipe(fds);
    pid_t child = fork();
    if (child == 0) {
        for (int i = 0; i < 2; i++) pthread_create(&threads[i], NULL, go, NULL);
        getppid();
        getppid();
        return 0;
    }
    kill(child, SIGTERM);
    if (fork() == 0) {
        pthread_create(&threads[0], NULL, go, NULL);
        pthread_kill(pthread_self(), SIGUSR1);
    }
    while (wait(NULL) > 0) {}
})",
                           seed) == "");
}

TEST_CASE(
    "mmap() of an offset within a page makes no call: the C library refuses it; private mappings are "
    "compared") {
    if (!is_possible()) return;
    CHECK(in_lock_step(R"(#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
int main(void) {
    int fd = open("/tmp/file", O_RDWR | O_CREAT, 0600);
    ftruncate(fd, 8192);
    mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 1);
    mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 4096);
    mmap(NULL, 0, PROT_READ, MAP_PRIVATE, fd, 0);
    mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 99, 0);
    mmap(NULL, 4096, PROT_READ, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
})") == "");
}

TEST_CASE(
    "UDP takes no notice of descriptors that are to be passed on: without an address it is EDESTADDRREQ") {
    if (!is_possible()) return;
    CHECK(in_lock_step(R"(#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
int main(void) {
    int fd = socket(AF_INET, SOCK_DGRAM, 0), none = -1;
    union { struct cmsghdr header; char room[CMSG_SPACE(sizeof none)]; } control;
    struct msghdr message;
    memset(&message, 0, sizeof message);
    memset(&control, 0, sizeof control);
    control.header.cmsg_level = SOL_SOCKET;
    control.header.cmsg_type = SCM_RIGHTS;
    control.header.cmsg_len = CMSG_LEN(sizeof none);
    memcpy(CMSG_DATA(&control.header), &none, sizeof none);
    message.msg_control = &control;
    message.msg_controllen = sizeof control;
    sendmsg(fd, &message, 0);
})") == "");
}

TEST_CASE("splice() that had to wait goes on where the file's position was when it was called") {
    if (!is_possible()) return;
    CHECK(in_lock_step(R"(#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
    char bytes[100] = "";
    int fds[2], fd = open("/tmp/file", O_RDWR | O_CREAT, 0600);
    pipe(fds);
    write(fd, bytes, 50);
    if (fork() == 0) return (int)splice(fds[0], NULL, fd, NULL, 10, 0);
    usleep(10000);
    lseek(fd, 5, SEEK_SET);
    write(fds[1], bytes, 3);
    wait(NULL);
    lseek(fd, 0, SEEK_CUR);
})") == "");
}

TEST_CASE(
    "a signal that ppoll() or pselect() lets through comes before the end of no time; not so epoll_pwait()") {
    if (!is_possible()) return;
    for (const char* call : {"ppoll(NULL, 0, &none, &others)", "pselect(0, NULL, NULL, NULL, &none, &others)",
                             "epoll_pwait(queue, &event, 1, 0, &others)"})
        for (const char* action : {"handle", "SIG_DFL", "SIG_IGN"})
            CHECK(in_lock_step(std::string("#define CALL ") + call + "\n#define ACTION " + action + R"(
#define _GNU_SOURCE
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <unistd.h>
static void handle(int signal) { (void)signal; }
int main(void) {
    struct timespec none = {0, 0};
    struct epoll_event event;
    int queue = epoll_create1(0);
    sigset_t others;
    (void)handle, (void)queue, (void)event, (void)none;
    signal(SIGUSR1, ACTION);
    sigemptyset(&others);
    sigaddset(&others, SIGUSR1);
    sigprocmask(SIG_BLOCK, &others, NULL);
    raise(SIGUSR1);
    sigemptyset(&others);
    return CALL + 1;
})") == "");
}

TEST_CASE("vmsplice() waits whatever O_NONBLOCK says, but for SPLICE_F_NONBLOCK") {
    if (!is_possible()) return;
    CHECK(in_lock_step(R"(#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>
static char bytes[65536];
int main(void) {
    struct iovec part = {bytes, 10};
    int p[2], q[2];
    pipe2(p, O_NONBLOCK);
    pipe2(q, O_NONBLOCK);
    write(q[1], bytes, sizeof bytes);
    vmsplice(p[0], &part, 1, SPLICE_F_NONBLOCK);
    vmsplice(q[1], &part, 1, SPLICE_F_NONBLOCK);
    if (fork() == 0) return (int)vmsplice(p[0], &part, 1, 0);
    if (fork() == 0) return (int)vmsplice(q[1], &part, 1, 0);
    usleep(10000);
    write(p[1], bytes, 3);
    read(q[0], bytes, 4096);
    while (wait(NULL) > 0) {}
})") == "");
}

TEST_CASE(
    "a sequenced-packet socket that is not connected says so before it looks at what is to be passed on") {
    if (!is_possible()) return;
    CHECK(in_lock_step(R"(#include <string.h>
#include <sys/socket.h>
int main(void) {
    int none = -1;
    for (int type = SOCK_STREAM; type <= SOCK_SEQPACKET; type += SOCK_SEQPACKET - SOCK_STREAM) {
        union { struct cmsghdr header; char room[CMSG_SPACE(sizeof none)]; } control;
        struct msghdr message;
        memset(&message, 0, sizeof message);
        memset(&control, 0, sizeof control);
        control.header.cmsg_level = SOL_SOCKET;
        control.header.cmsg_type = SCM_RIGHTS;
        control.header.cmsg_len = CMSG_LEN(sizeof none);
        memcpy(CMSG_DATA(&control.header), &none, sizeof none);
        message.msg_control = &control;
        message.msg_controllen = sizeof control;
        sendmsg(socket(AF_UNIX, type, 0), &message, 0);
    }
})") == "");
}

TEST_CASE("a signal ends the read of a pipe before O_NONBLOCK does that was set meanwhile") {
    if (!is_possible()) return;
    for (const char* signal : {"SIGUSR1", "SIGTERM", "SIGSTOP"})
        CHECK(in_lock_step(std::string("#define SIGNAL ") + signal + R"(
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
static void handle(int signal) { (void)signal; }
int main(void) {
    int fds[2];
    char byte;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = handle;
    sigaction(SIGUSR1, &action, NULL);
    pipe(fds);
    pid_t child = fork();
    if (child == 0) return (int)read(fds[0], &byte, 1);
    usleep(10000);
    fcntl(fds[0], F_SETFL, O_NONBLOCK);
    kill(child, SIGNAL);
    usleep(10000);
    kill(child, SIGKILL);
    wait(NULL);
})") == "");
}

TEST_CASE("a pipe's writer that waits for room does not look at O_NONBLOCK before it has found some") {
    if (!is_possible()) return;
    CHECK(in_lock_step(R"(#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
static char bytes[8192];
int main(void) {
    int fds[2];
    pipe(fds);
    fcntl(fds[1], F_SETPIPE_SZ, 4096);
    write(fds[1], bytes, 3);
    pid_t child = fork();
    if (child == 0) return write(fds[1], bytes, 8192) == 4096 ? 0 : 1;
    usleep(10000);
    fcntl(fds[1], F_SETFL, O_NONBLOCK);
    fcntl(fds[1], F_SETPIPE_SZ, 0);  // wakes it, and there is no room
    usleep(10000);
    read(fds[0], bytes, 3);          // now there is, for half of it
    wait(NULL);
})") == "");
}

TEST_CASE("all who wait for an inotify event look at it, also those whose buffer is too small") {
    if (!is_possible()) return;
    CHECK(in_lock_step(R"(#include <fcntl.h>
#include <sys/inotify.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
    char bytes[4];
    int watcher = inotify_init1(0);
    int watch = inotify_add_watch(watcher, "/tmp", IN_MODIFY);
    if (fork() == 0) return (int)read(watcher, bytes, 1);
    if (fork() == 0) return (int)read(watcher, bytes, 0);
    usleep(10000);
    inotify_rm_watch(watcher, watch);
    wait(NULL);
    wait(NULL);
})") == "");
}

TEST_CASE("shmdt() detaches what is left of a segment whose beginning or middle has been unmapped") {
    if (!is_possible()) return;
    CHECK(in_lock_step(R"(#include <stddef.h>
#include <sys/mman.h>
#include <sys/shm.h>
int main(void) {
    struct shmid_ds state;
    int id = shmget(IPC_PRIVATE, 12000, 0600);
    char *memory = shmat(id, NULL, 0);
    munmap(memory, 4096);
    shmdt(memory);
    memory = shmat(id, NULL, 0);
    munmap(memory + 4096, 4096);
    shmdt(memory);
    shmctl(id, IPC_STAT, &state);
    memory = shmat(id, NULL, 0);
    munmap(memory, 4096);
    shmdt(memory + 4096);  // not where it was attached: EINVAL
    shmdt(memory);
    memory = shmat(id, NULL, 0);
    munmap(memory, 12288);
    shmdt(memory);
    shmctl(id, IPC_RMID, NULL);
    return (int)state.shm_nattch;
})") == "");
}

TEST_CASE("tee() that waits for room copies nothing where the input has been taken meanwhile") {
    if (!is_possible()) return;
    CHECK(in_lock_step(R"(#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>
static char bytes[65536];
int main(void) {
    int from[2], to[2];
    pipe(from);
    pipe(to);
    write(from[1], bytes, 1);
    write(to[1], bytes, 65536);
    if (fork() == 0) return (int)tee(from[0], to[1], 10, 0);
    usleep(10000);
    read(from[0], bytes, 1);
    read(to[0], bytes, 4096);
    wait(NULL);
})") == "");
}

TEST_CASE("a fatal signal is not another thread's because that has blocked one of the same kind") {
    if (!is_possible()) return;
    for (std::uint64_t seed = 1; seed <= 6; ++seed)
        CHECK(in_lock_step(R"(#include <pthread.h>
#include <signal.h>
#include <unistd.h>
static char bytes[65536];
static int fds[2];
static void *go(void *unused) {
    write(fds[1], bytes, sizeof bytes);
    return unused;
}
int main(void) {
    pthread_t thread;
    sigset_t all, before;
    pipe(fds);
    write(fds[1], bytes, 4095);
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    pthread_create(&thread, NULL, go, NULL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    close(fds[0]);
    write(fds[1], bytes, 1);
})",
                           seed) == "");
}

TEST_CASE(
    "of two threads that one close() wakes the second one, too, comes to the end of its call, though the "
    "first is killed") {
    if (!is_possible()) return;
    for (std::uint64_t seed = 1; seed <= 6; ++seed)
        CHECK(in_lock_step(R"(#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
static char bytes[65537];
static int fds[2];
static void *go(void *unused) {
    write(fds[1], bytes, sizeof bytes);
    return unused;
}
int main(void) {
    pthread_t thread;
    sigset_t all, before;
    pipe(fds);
    if (fork() == 0) {
        close(fds[0]);
        sigfillset(&all);
        pthread_sigmask(SIG_BLOCK, &all, &before);
        pthread_create(&thread, NULL, go, NULL);
        pthread_sigmask(SIG_SETMASK, &before, NULL);
        go(NULL);
    }
    usleep(10000);
    close(fds[0]);
    wait(NULL);
})",
                           seed) == "");
}

TEST_CASE("who waits for different locks of one file is woken together, and any of them may be faster") {
    if (!is_possible()) return;
    CHECK(in_lock_step(R"(#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>
static int file;
static void lock(int type, int start, int length, int command) {
    struct flock lock = {.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = length};
    fcntl(file, command, &lock);
}
int main(void) {
    file = open("/tmp/file", O_RDWR | O_CREAT, 0600);
    lock(F_RDLCK, 99, 1, F_SETLK);
    lock(F_WRLCK, 150, 1, F_SETLK);
    for (int i = 0; i < 2; i++)
        if (fork() == 0) {
            lock(i == 0 ? F_RDLCK : F_WRLCK, i == 0 ? 100 : 10, 0, F_SETLKW);
            return i;
        }
    usleep(10000);
    lock(F_UNLCK, 0, 0, F_SETLK);
    while (wait(NULL) > 0) {}
})") == "");
}

TEST_CASE("splice() that has slept at the pipe looks at the socket for the first time") {
    if (!is_possible()) return;
    CHECK(in_lock_step(R"(#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
static char bytes[65536];
int main(void) {
    int p[2], q[2], s[2];
    pipe(p);
    pipe(q);
    socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, s);
    write(q[1], bytes, 65536);
    if (fork() == 0) return (int)splice(p[0], NULL, s[0], NULL, 10, 0);
    if (fork() == 0) return (int)splice(s[0], NULL, q[1], NULL, 10, 0);
    usleep(10000);
    read(q[0], bytes, 4096);
    shutdown(s[0], SHUT_RDWR);
    write(p[1], bytes, 1);
    while (wait(NULL) > 0) {}
})") == "");
}
