// Rules that `ipclab fuzz` has found, of processes, signals, files and pipes, each by the smallest program that shows it,
// on both kernels in lock-step.
#include <doctest/doctest.h>

#include "tests/session/lock_step.h"

using namespace ipclab;
using namespace ipclab::session;

TEST_CASE("mprotect() makes no mapping writable that is shared with what is open for reading only") {
    if (!is_possible()) return;
    CHECK(in_lock_step(R"(#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <unistd.h>
int main(void) {
    int both = open("file", O_RDWR | O_CREAT, 0600), one = open("file", O_RDONLY);
    ftruncate(both, 12288);
    char *memory = mmap(NULL, 4096, PROT_READ, MAP_SHARED, one, 0);
    mprotect(memory, 4096, PROT_READ | PROT_WRITE);
    mprotect(memory, 4096, PROT_READ | PROT_EXEC);
    memory = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, one, 0);
    mprotect(memory, 4096, PROT_READ | PROT_WRITE);
    int id = shmget(IPC_PRIVATE, 4096, 0600);
    memory = shmat(id, NULL, SHM_RDONLY);
    mprotect(memory, 4096, PROT_READ | PROT_WRITE);
    shmctl(id, IPC_RMID, NULL);
    int sealed = memfd_create("sealed", MFD_ALLOW_SEALING);
    ftruncate(sealed, 4096);
    fcntl(sealed, F_ADD_SEALS, F_SEAL_FUTURE_WRITE);
    memory = mmap(NULL, 4096, PROT_READ, MAP_SHARED, sealed, 0);
    mprotect(memory, 4096, PROT_READ | PROT_WRITE);
    memory = mmap(NULL, 12288, PROT_READ | PROT_WRITE, MAP_SHARED, both, 0);
    mmap(memory + 4096, 4096, PROT_READ, MAP_SHARED | MAP_FIXED, one, 4096);
    mprotect(memory, 4096, PROT_NONE);
    mprotect(memory, 12288, PROT_READ | PROT_WRITE);
    memory[0] = 1;
})") == "");
}

TEST_CASE("inotify: a file ends with its last name, though it is open by one that went before") {
    if (!is_possible()) return;
    CHECK(in_lock_step(R"(#include <fcntl.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <unistd.h>
static char bytes[4096];
int main(void) {
    int notes = inotify_init1(IN_NONBLOCK), fd = open("a", O_CREAT | O_RDWR, 0600), other;
    link("a", "b");
    inotify_add_watch(notes, "a", IN_ALL_EVENTS);
    unlink("a");
    unlink("b");
    read(notes, bytes, 4096);
    close(fd);
    read(notes, bytes, 4096);
    fd = open("a", O_CREAT | O_RDWR, 0600);
    link("a", "b");
    other = open("b", O_RDWR);
    inotify_add_watch(notes, "a", IN_ALL_EVENTS);
    unlink("a");
    unlink("b");
    read(notes, bytes, 4096);
    close(other);
    read(notes, bytes, 4096);
    close(fd);
    close(open("c", O_CREAT | O_RDWR, 0600));
    fd = open("a", O_CREAT | O_RDWR, 0600);
    link("a", "b");
    unlink("a");
    inotify_add_watch(notes, "b", IN_ALL_EVENTS);
    rename("c", "b");
    read(notes, bytes, 4096);
})") == "");
}

TEST_CASE("who wakes a call in lock-step is whose turn it is, on both kernels") {
    if (!is_possible()) return;
    const Written program(R"(#include <sys/wait.h>
#include <unistd.h>
int main(void) {
    int p[2];
    char byte;
    pipe(p);
    if (fork() == 0) return (int)read(p[0], &byte, 1);
    if (fork() == 0) { usleep(1000); return (int)write(p[1], "x", 1); }
    while (wait(NULL) > 0) {}
})");
    const BothRuns both = lock_step(program.request, 1);
    CHECK(differences(both) == "");
    const auto wakers = [](const kernel::Trace& trace) {
        std::vector<std::int32_t> found;
        for (const kernel::Event& event : trace.events)
            if (event.kind == kernel::EventKind::woken && event.object.kind == kernel::ObjectKind::pipe)
                found.push_back(event.other);
        return found;
    };
    CHECK(wakers(both.simulated_trace) == std::vector<std::int32_t>{4});
    CHECK(wakers(both.real.result.trace) == std::vector<std::int32_t>{4});
}

TEST_CASE(
    "a process that sends SIGKILL to itself ends in that turn, with threads that sleep and that have not "
    "run") {
    if (!is_possible()) return;
    for (std::uint64_t seed = 1; seed <= 6; ++seed)
        CHECK(in_lock_step(R"(#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
static int p[2];
static void *sleeps(void *unused) {
    char byte;
    read(p[0], &byte, 1);
    return unused;
}
int main(void) {
    pthread_t threads[3];
    pipe(p);
    if (fork() == 0) {
        for (int i = 0; i < 3; i++) pthread_create(&threads[i], NULL, sleeps, NULL);
        getppid();
        kill(getpid(), SIGKILL);
    }
    while (wait(NULL) > 0) {}
})",
                           seed) == "");
}

TEST_CASE(
    "SIGSTOP and SIGCONT in a call that waits with another mask: the own mask lets in what is pending, and "
    "then the call is made anew") {
    if (!is_possible()) return;
    for (const char* call :
         {"ppoll(&wanted, 1, NULL, &others);", "pselect(9, &set, NULL, NULL, NULL, &others);",
          "sigsuspend(&others);", "epoll_pwait(epoll, &event, 1, -1, &others);"}) {
        CAPTURE(call);
        CHECK(in_lock_step(std::string("#define CALL ") + call + R"(
#define _GNU_SOURCE
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <unistd.h>
static void handler(int signal) { (void)signal; getppid(); }
static int p[2];
static void waits(int flags, int lets_cont) {
    struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
    sigaction(SIGUSR1, &action, NULL);
    sigaction(SIGUSR2, &action, NULL);
    sigaction(SIGCONT, &action, NULL);
    sigset_t own, others;
    sigemptyset(&own);
    sigaddset(&own, SIGUSR2);
    sigprocmask(SIG_SETMASK, &own, NULL);
    sigfillset(&others);
    sigdelset(&others, SIGUSR2);
    if (lets_cont) sigdelset(&others, SIGCONT);
    struct pollfd wanted = {p[0], POLLIN, 0};
    struct epoll_event event = {EPOLLIN};
    int epoll = epoll_create1(0);
    epoll_ctl(epoll, EPOLL_CTL_ADD, p[0], &event);
    fd_set set;
    FD_ZERO(&set);
    FD_SET(p[0], &set);
    CALL
    getpid();
    _exit(0);
}
int main(void) {
    for (int i = 0; i < 12; i++) {
        pipe(p);
        pid_t child = fork();
        if (child == 0) waits(i & 1 ? SA_RESTART : 0, i & 2);
        usleep(1000);
        kill(child, SIGUSR1);
        for (int times = i >= 8 ? 2 : 1; times > 0; times--) {
            usleep(1000);
            kill(child, SIGSTOP);
            usleep(1000);
            if (i >= 4 && i < 8) write(p[1], "x", 1);
            kill(child, SIGCONT);
        }
        usleep(1000);
        kill(child, SIGUSR2);
        wait(NULL);
        close(p[0]);
        close(p[1]);
    }
})") == "");
    }
}

TEST_CASE(
    "who is stopped in a call sees to signals first when it goes on, whatever has become ready by then") {
    if (!is_possible()) return;
    for (const char* flags : {"0", "SA_RESTART"})
        for (const char* call :
             {"read(p[0], &byte, 1);", "poll(&wanted, 1, -1);", "wait(NULL);", "pause();"}) {
            CAPTURE(flags);
            CAPTURE(call);
            CHECK(in_lock_step("#define FLAGS " + std::string(flags) + R"(
#define _GNU_SOURCE
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
static void handler(int signal) { (void)signal; getppid(); }
int main(void) {
    int p[2], q[2];
    char byte;
    pipe(p);
    pipe(q);
    pid_t child = fork();
    if (child == 0) {
        struct sigaction action = {.sa_handler = handler, .sa_flags = FLAGS};
        sigaction(SIGCONT, &action, NULL);
        struct pollfd wanted = {p[0], POLLIN, 0};
        if (fork() == 0) return (int)read(q[0], &byte, 1);
        )" + call + R"(
        getpid();
        return 0;
    }
    usleep(1000);
    kill(child, SIGSTOP);
    usleep(1000);
    write(p[1], "xy", 2);
    write(q[1], "xy", 2);
    usleep(1000);
    kill(child, SIGCONT);
    wait(NULL);
})") == "");
        }
}

TEST_CASE(
    "who is stopped while it waits in open() of a FIFO is no end of it, and opens it anew when it goes on") {
    if (!is_possible()) return;
    for (const char* modes : {"O_RDONLY, O_WRONLY", "O_WRONLY, O_RDONLY"}) {
        CAPTURE(modes);
        CHECK(in_lock_step("#define MODES " + std::string(modes) + R"(
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
    int modes[2] = {MODES};
    mkfifo("fifo", 0600);
    pid_t child = fork();
    if (child == 0) {
        int fd = open("fifo", modes[0]);
        usleep(1000);
        return fd;
    }
    usleep(1000);
    close(open("fifo", modes[1] | O_NONBLOCK | O_CLOEXEC));
    wait(NULL);
    child = fork();
    if (child == 0) return open("fifo", modes[0]);
    usleep(1000);
    kill(child, SIGSTOP);
    usleep(1000);
    close(open("fifo", modes[1] | O_NONBLOCK));
    if (fork() == 0) return open("fifo", modes[1]);
    usleep(1000);
    kill(child, SIGCONT);
    wait(NULL);
    wait(NULL);
    child = fork();
    if (child == 0) return open("fifo", modes[0]);
    usleep(1000);
    kill(child, SIGSTOP);
    unlink("fifo");
    kill(child, SIGCONT);
    wait(NULL);
})") == "");
    }
}

TEST_CASE(
    "a call that sleeps keeps the open file that its descriptor named, whatever other threads do to the "
    "descriptor") {
    if (!is_possible()) return;
    CHECK(in_lock_step(R"(#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
static int p[2], s[2], epoll, file, call;
static char bytes[65536];
static void nothing(int signal) { (void)signal; }
static void *sleeper(void *unused) {
    (void)unused;
    struct pollfd wanted[2] = {{p[0], POLLIN, 0}, {s[0], POLLIN, 0}};
    struct epoll_event event;
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    struct timeval time = {0, 300000};
    fd_set set;
    FD_ZERO(&set);
    FD_SET(p[0], &set);
    switch (call) {
    case 0: read(p[0], bytes, 10); break;
    case 1: write(p[1], bytes, 10); break;
    case 2: recv(s[0], bytes, 10, 0); break;
    case 3: poll(wanted, 2, 300); break;
    case 4: select(p[0] + 1, &set, NULL, NULL, &time); break;
    case 5: epoll_wait(epoll, &event, 1, 300); break;
    case 6: fcntl(file, F_SETLKW, &lock); break;
    case 7: flock(file, LOCK_EX); break;
    case 8: splice(p[0], NULL, s[0], NULL, 10, 0); break;
    }
    return NULL;
}
int main(void) {
    for (call = 0; call < 9; call++)
        for (int how = 0; how < 4; how++) {
            pthread_t thread;
            struct epoll_event event = {.events = EPOLLIN};
            struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
            struct sigaction action = {.sa_handler = nothing, .sa_flags = SA_RESTART};
            sigset_t signals;
            sigemptyset(&signals);
            sigaddset(&signals, SIGUSR1);
            pthread_sigmask(SIG_UNBLOCK, &signals, NULL);
            signal(SIGPIPE, SIG_IGN);
            sigaction(SIGUSR1, &action, NULL);
            pipe(p);
            socketpair(AF_UNIX, SOCK_STREAM, 0, s);
            epoll = epoll_create1(0);
            epoll_ctl(epoll, EPOLL_CTL_ADD, p[0], &event);
            file = open("/tmp/file", O_RDWR | O_CREAT, 0600);
            if (call == 1) write(p[1], bytes, 65536);
            int held = open("/tmp/file", O_RDWR);
            if (call == 7) flock(held, LOCK_EX);
            if (call == 6) fcntl(held, F_OFD_SETLK, &lock);
            pthread_create(&thread, NULL, sleeper, NULL);
            pthread_sigmask(SIG_BLOCK, &signals, NULL);
            usleep(1000);
            int closed = call == 1 ? p[1] : call == 2 ? s[0] : call == 5 ? epoll : call > 5 && call < 8 ? file : p[0];
            if (how == 1) dup2(s[1], closed);
            else close(closed);
            if (how == 3) kill(getpid(), SIGUSR1);
            if (how == 2) open("/dev/null", O_RDWR);
            usleep(1000);
            if (call == 1) read(p[0], bytes, 65536);
            else write(p[1], "hello", 5);
            send(s[1], "hello", 5, 0);
            if (call == 7) flock(held, LOCK_UN);
            lock.l_type = F_UNLCK;
            if (call == 6) fcntl(held, F_OFD_SETLK, &lock);
            pthread_join(thread, NULL);
            write(p[1], "hello", 5);
            fcntl(p[0], F_SETFL, O_NONBLOCK);
            read(p[0], bytes, 10);
            read(p[0], bytes, 10);
            send(s[1], "hello", 5, 0);
            lock.l_type = F_WRLCK;
            fcntl(held, F_OFD_GETLK, &lock);
            flock(held, LOCK_EX | LOCK_NB);
            close_range(3, ~0u, 0);
        }
    return 0;
})") == "");
}

TEST_CASE(
    "a signal makes who sleeps in write() of a pipe look at O_NONBLOCK: EAGAIN comes before the signal") {
    if (!is_possible()) return;
    CHECK(in_lock_step(R"(#include <fcntl.h>
#include <signal.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>
static char bytes[65536];
static void nothing(int signal) { (void)signal; }
int main(void) {
    for (int how = 0; how < 6; how++) {
        int p[2];
        pipe(p);
        write(p[1], bytes, how == 2 ? 61440 : 65536);
        signal(SIGUSR1, SIG_IGN);
        pid_t child = fork();
        if (child == 0) {
            struct sigaction action = {.sa_handler = how == 1 ? nothing : SIG_DFL, .sa_flags = SA_RESTART};
            struct iovec part = {bytes, how == 2 ? 8192 : 100};
            sigaction(SIGUSR1, &action, NULL);
            writev(p[1], &part, 1);
            _exit(7);
        }
        usleep(1000);
        fcntl(p[1], F_SETFL, O_NONBLOCK);
        if (how == 3) kill(child, SIGKILL);
        else if (how == 4) kill(child, SIGTERM);
        else if (how == 5) { kill(child, SIGSTOP); usleep(1000); kill(child, SIGCONT);}
        else kill(0, SIGUSR1);
        waitpid(child, NULL, 0);
        close(p[0]);
        close(p[1]);
    }
    return 0;
})") == "");
}

TEST_CASE(
    "what ends, executes or closes a range releases its files from the highest descriptor down, after its "
    "directory") {
    if (!is_possible()) return;
    CHECK(in_lock_step(R"(#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
static char bytes[4096];
int main(int argc, char **argv) {
    if (argc > 1) return 0;
    mkdir("/tmp/d", 0700);
    for (int how = 0; how < 4; how++) {
        int watch = inotify_init();
        inotify_add_watch(watch, "/tmp/d", IN_CLOSE);
        mkdir("/tmp/w", 0700);
        if (fork() == 0) {
            int flags = O_RDWR | O_CREAT | (how == 1 ? O_CLOEXEC : 0);
            int first = open("/tmp/d/a", flags, 0600);
            open("/tmp/d/b", flags, 0600);
            open("/tmp/d/c", flags, 0600);
            fcntl(first, how == 1 ? F_DUPFD_CLOEXEC : F_DUPFD, 20);
            open("/tmp/d/e", flags, 0600);
            if (how == 1) execl(argv[0], argv[0], "x", NULL);
            if (how == 2) close_range(first, 30, 0);
            if (how == 3) {
                chdir("/tmp/w");
                rmdir("/tmp/w");
                inotify_add_watch(watch, ".", IN_ALL_EVENTS);
            }
            _exit(0);
        }
        wait(NULL);
        read(watch, bytes, sizeof bytes);
        close(watch);
        rmdir("/tmp/w");
    }
    return 0;
})") == "");
}

TEST_CASE(
    "locks on descriptors of signals, events, timers, epoll and inotify keep each other out: they are files "
    "of one inode") {
    if (!is_possible()) return;
    CHECK(in_lock_step(R"(#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>
static int made(int kind) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGUSR1);
    switch (kind) {
    case 0: return signalfd(-1, &signals, 0);
    case 1: return eventfd(0, 0);
    case 2: return timerfd_create(CLOCK_MONOTONIC, 0);
    case 3: return epoll_create1(0);
    case 4: return inotify_init();
    case 5: return memfd_create("m", 0);
    case 6: return socket(AF_UNIX, SOCK_STREAM, 0);
    case 7: return open("/dev/null", O_RDWR);
    case 8: return posix_openpt(O_RDWR | O_NOCTTY);
    }
    return syscall(SYS_pidfd_open, getpid(), 0);
}
int main(void) {
    for (int a = 0; a < 10; a++)
        for (int b = 0; b < 10; b++) {
            int one = made(a), two = made(b);
            struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
            flock(one, LOCK_EX);
            flock(two, LOCK_SH | LOCK_NB);
            fcntl(one, F_OFD_SETLK, &lock);
            fcntl(two, F_OFD_SETLK, &lock);
            close(one);
            close(two);
            one = made(a), two = made(b);
            fcntl(one, F_SETLK, &lock);
            close(two);
            if (fork() == 0) {
                fcntl(one, F_GETLK, &lock);
                _exit(0);
            }
            wait(NULL);
            close(one);
        }
    int one = eventfd(0, 0);
    flock(one, LOCK_EX);
    if (fork() == 0) return flock(epoll_create1(0), LOCK_EX);
    usleep(1000);
    close(one);
    flock(one, LOCK_UN);
    return 0;
})") == "");
}

TEST_CASE("a standard stream that is a pipe has a size, which can be changed") {
    if (!is_possible()) return;
    CHECK(in_lock_step(R"(#define _GNU_SOURCE
#include <fcntl.h>
#include <unistd.h>
static char bytes[20000];
int main(void) {
    for (int fd = 0; fd < 3; fd++) {
        static const int sizes[] = {0, 1, 4096, 4097, 65536, 1048576, 1048577, 2147483647, -1, -2147483647 - 1, 8192};
        fcntl(fd, F_GETPIPE_SZ);
        for (unsigned i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            fcntl(dup(fd), F_SETPIPE_SZ, sizes[i]);
            fcntl(fd, F_GETPIPE_SZ);
        }
        fcntl(fd, F_SETFL, O_DIRECT | fcntl(fd, F_GETFL));
    }
    int file = open("/tmp/f", O_RDWR | O_CREAT, 0600);
    fcntl(file, F_SETPIPE_SZ, 4096);
    write(1, bytes, 20000);
    return 0;
})") == "");
}

TEST_CASE("a call that a handler interrupts has ended, though its task is killed before the handler runs") {
    if (!is_possible()) return;
    CHECK(in_lock_step(R"(#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
static void nothing(int signal) { (void)signal; write(1, "h", 1); }
int main(void) {
    for (int how = 0; how < 6; how++) {
        int p[2];
        pipe(p);
        pid_t child = fork();
        if (child == 0) {
            struct sigaction action = {.sa_handler = nothing, .sa_flags = how % 2 ? SA_RESTART : 0};
            sigaction(SIGUSR1, &action, NULL);
            char byte;
            read(p[0], &byte, 1);
            _exit(7);
        }
        usleep(1000);
        kill(child, SIGUSR1);
        if (how >= 2) kill(child, SIGUSR1);
        kill(child, how >= 4 ? SIGTERM : SIGKILL);
        waitpid(child, NULL, 0);
    }
    return 0;
})") == "");
}

TEST_CASE(
    "a process that a signal to itself ends has ended with all its threads, though the run does not end by "
    "itself") {
    if (!is_possible()) return;
    const std::string program = R"(#include <pthread.h>
#include <signal.h>
#include <unistd.h>
static void *reader(void *unused) { char byte; read(-1, &byte, 1); return unused; }
int main(void) {
    if (fork() == 0) {
        pthread_t thread;
        pthread_create(&thread, NULL, reader, NULL);
        kill(getpid(), SIGKILL);
    }
    pause();
    return 0;
})";
    for (std::uint64_t seed : {1, 2, 3, 4}) {
        const Written written(program);
        CHECK(lock_step(written.request, seed).comparison.is_same());
    }
}

TEST_CASE(
    "the end of a parent of another session does not continue who is stopped; that of the same session "
    "does") {
    if (!is_possible()) return;
    for (const char* leave : {"setsid()", "setpgid(0, 0)"}) {
        CAPTURE(leave);
        CHECK(in_lock_step(std::string(R"(#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
    pid_t child, grandchild;
    int said[2];
    pipe(said);
    if ((child = fork()) == 0) {
        if ((grandchild = fork()) == 0) {
            )") + leave + R"(;
            raise(SIGSTOP);
            return 1;
        }
        waitpid(grandchild, NULL, WUNTRACED);
        write(said[1], &grandchild, sizeof grandchild);
        return 0;
    }
    read(said[0], &grandchild, sizeof grandchild);
    waitpid(child, NULL, 0);
    kill(grandchild, 0);
    kill(grandchild, SIGKILL);
    return 0;
})") == "");
    }
}

TEST_CASE(
    "poll() and select() wait for what their descriptors named at their begin, and look at what they name "
    "now") {
    if (!is_possible()) return;
    for (const char* call :
         {"{ struct pollfd asked = {p[0], POLLIN, 0}; poll(&asked, 1, -1); }",
          "{ struct pollfd asked = {p[0], POLLIN, 0}; ppoll(&asked, 1, NULL, NULL); }",
          "{ fd_set set; FD_ZERO(&set); FD_SET(p[0], &set); select(9, &set, NULL, NULL, NULL); }"})
        for (const char* change :
             {"dup2(q[0], p[0]);", "close(p[0]);", "dup2(old, p[0]);", "dup2(q[1], p[0]);"})
            for (std::uint64_t seed : {1, 2}) {
                CAPTURE(call);
                CAPTURE(change);
                CHECK(in_lock_step(std::string("#define CALL ") + call + "\n#define CHANGE " + change + R"(
#define _GNU_SOURCE
#include <poll.h>
#include <pthread.h>
#include <sys/select.h>
#include <unistd.h>
static int p[2], q[2], old;
static void *sleeper(void *unused) {
    CALL
    return unused;
}
int main(void) {
    pthread_t thread;
    pipe(p);
    pipe(q);
    old = dup(p[0]);
    pthread_create(&thread, NULL, sleeper, NULL);
    usleep(1000);
    CHANGE
    write(q[1], "new", 3);
    read(q[0], (char[9]){0}, 9);
    write(p[1], "old", 3);
    write(q[1], "new", 3);
    write(p[1], "old", 3);
    pthread_join(thread, NULL);
})",
                                   seed) == "");
            }
}

TEST_CASE("of those who wait at one epoll the one that came last is woken first") {
    if (!is_possible()) return;
    for (std::uint64_t seed : {1, 2, 3})
        CHECK(in_lock_step(R"(#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
    struct epoll_event event = {.events = EPOLLIN | EPOLLET};
    uint64_t one = 1;
    int set = epoll_create1(0), counter = eventfd(0, 0);
    epoll_ctl(set, EPOLL_CTL_ADD, counter, &event);
    for (int i = 0; i < 4; i++)
        if (fork() == 0) _exit(epoll_wait(set, &event, 1, -1));
    usleep(1000);
    for (int i = 0; i < 4; i++) {
        write(counter, &one, sizeof one);
        wait(NULL);
    }
})",
                           seed) == "");
}

TEST_CASE("a call that fails with EINTR whatever the handler's flags ends before its signal is taken") {
    if (!is_possible()) return;
    for (const char* call : {"semop(semget(IPC_PRIVATE, 1, 0600), &(struct sembuf){0, -1, 0}, 1)",
                             "epoll_wait(epoll_create1(0), &(struct epoll_event){0}, 1, -1)",
                             "sigwaitinfo(&(sigset_t){0}, NULL)", "pause()"})
        for (const char* signals :
             {"SIGUSR1, SIGKILL", "SIGUSR1, SIGUSR1, SIGTERM", "SIGUSR1, SIGSTOP, SIGKILL",
              "SIGUSR1, SIGUSR2, SIGSTOP, SIGCONT, SIGUSR1, SIGKILL"})
            for (std::uint64_t seed : {1, 2, 3}) {
                CAPTURE(call);
                CAPTURE(signals);
                CHECK(in_lock_step(std::string("#define CALL ") + call + "\n#define SIGNALS " + signals + R"(
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/wait.h>
#include <unistd.h>
static void tell(int signal) { write(1, signal == SIGUSR1 ? "1" : "2", 1); }
int main(void) {
    int status, signals[] = {SIGNALS};
    pid_t child = fork();
    if (child == 0) {
        struct sigaction action = {.sa_handler = tell};
        sigaction(SIGUSR1, &action, NULL);
        sigaction(SIGUSR2, &action, NULL);
        CALL;
        _exit(errno);
    }
    usleep(2000);
    for (unsigned i = 0; i < sizeof signals / sizeof *signals; i++) kill(child, signals[i]);
    waitpid(child, &status, 0);
})",
                                   seed) == "");
            }
}

TEST_CASE("what is shared by all anonymous files, and a pidfd's, cannot be changed: mode, owner, times") {
    if (!is_possible()) return;
    CHECK(in_lock_step(R"(#define _GNU_SOURCE
#include <fcntl.h>
#include <mqueue.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>
int main(void) {
    sigset_t none;
    sigemptyset(&none);
    int p[2], fds[] = {signalfd(-1, &none, 0), eventfd(0, 0), timerfd_create(CLOCK_MONOTONIC, 0), epoll_create1(0),
        inotify_init1(0), syscall(SYS_pidfd_open, getpid(), 0), socket(AF_UNIX, SOCK_STREAM, 0), memfd_create("m", 0)};
    for (unsigned i = 0; i < sizeof fds / sizeof *fds; i++) {
        fchmod(fds[i], 0600);
        fchown(fds[i], -1, -1);
    }
    pipe(p);
    fchmod(p[0], 0600);
    fchown(p[1], -1, -1);
    return 0;
})") == "");
    CHECK(in_lock_step(R"(#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(void) {
    struct timespec set[] = {{1, 0}, {2, 0}}, omit[] = {{0, UTIME_OMIT}, {2, 0}}, now[] = {{0, UTIME_NOW}, {0, UTIME_NOW}}, none[] = {{0, UTIME_OMIT}, {0, UTIME_OMIT}};
    int fds[] = {eventfd(0, 0), epoll_create1(0), syscall(SYS_pidfd_open, getpid(), 0)};
    for (int i = 0; i < 3; i++) {
        futimens(fds[i], NULL);
        futimens(fds[i], set);
        futimens(fds[i], omit);
        futimens(fds[i], now);
        futimens(fds[i], none);
    }
    return 0;
})") == "");
}
