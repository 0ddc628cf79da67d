// Rules that `ipclab fuzz` has found, each by the smallest program that shows it, on both kernels in lock-step.
#include <doctest/doctest.h>

#include "sim/host/real.h"
#include "tests/session/lock_step.h"

using namespace ipclab;
using namespace ipclab::session;

namespace {

/// What all programs about TCP begin with: a listener, and both ends of a connection.
std::string with_connection(const std::string& body) {
    return R"(#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
static char bytes[65536];
int main(void) {
    struct sockaddr_in name = {.sin_family = AF_INET};
    socklen_t size = sizeof name;
    int listener = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0);
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    signal(SIGPIPE, SIG_IGN);
    bind(listener, (struct sockaddr *)&name, sizeof name);
    listen(listener, 5);
    getsockname(listener, (struct sockaddr *)&name, &size);
    connect(client, (struct sockaddr *)&name, size);
    int server = accept(listener, NULL, NULL);
)" + body + "\n}\n";
}

}  // namespace

TEST_CASE(
    "who reads from a terminal keeps others out until it returns, also those who want no bytes; writers, "
    "too") {
    if (!is_possible()) return;
    for (std::uint64_t seed : {1, 2, 3})
        CHECK(in_lock_step(R"(#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
static char bytes[65536];
int main(void) {
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    unlockpt(master);
    int slave = open(ptsname(master), O_RDWR | O_NOCTTY);
    struct termios settings;
    tcgetattr(slave, &settings);
    cfmakeraw(&settings);
    tcsetattr(slave, TCSANOW, &settings);
    if (fork() == 0) { read(slave, bytes, 1); _exit(0); }
    if (fork() == 0) { read(slave, bytes, 0); _exit(0); }
    if (fork() == 0) { read(master, bytes, 1); _exit(0); }
    if (fork() == 0) { read(master, bytes, 0); _exit(0); }
    usleep(1000);
    write(master, "x", 1);
    write(slave, "y", 1);
    for (int i = 0; i < 4; i++) wait(NULL);
    pid_t first = fork();
    if (first == 0) { write(slave, bytes, 65536); _exit(0); }
    usleep(1000);
    if (fork() == 0) { write(slave, bytes, 0); _exit(0); }
    usleep(1000);
    kill(first, SIGKILL);
    for (int i = 0; i < 2; i++) wait(NULL);
})",
                           seed) == "");
}

TEST_CASE("the descriptor that accept() gives is the lowest that was free when it was called") {
    if (!is_possible()) return;
    CHECK(in_lock_step(R"(#include <pthread.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
static int lower, listener;
static struct sockaddr_un name = {AF_UNIX, "/tmp/listener"};
static void *other(void *unused) {
    (void)unused;
    close(lower);
    dup2(listener, 7);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    connect(fd, (struct sockaddr *)&name, sizeof name);
    return NULL;
}
int main(void) {
    pthread_t thread;
    lower = dup(0);
    listener = socket(AF_UNIX, SOCK_STREAM, 0);
    bind(listener, (struct sockaddr *)&name, sizeof name);
    listen(listener, 5);
    pthread_create(&thread, NULL, other, NULL);
    int fd = accept(listener, NULL, NULL);
    pthread_join(thread, NULL);
    return fd;
})") == "");
}

TEST_CASE("a socket that has been connected cannot listen, however the connection has ended") {
    if (!is_possible()) return;
    CHECK(in_lock_step(with_connection(R"(
    send(client, bytes, 3, 0);
    close(server);
    listen(client, 5);
    listen(client, 5);
    connect(client, (struct sockaddr *)&(struct sockaddr_in){0}, sizeof name);
    listen(client, 5);)")) == "");
    CHECK(in_lock_step(with_connection(R"(
    shutdown(server, SHUT_WR);
    shutdown(client, SHUT_RDWR);
    listen(client, 5);
    listen(server, 5);)")) == "");
}

TEST_CASE(
    "data for a TCP socket that was shut down both ways resets the connection: ECONNRESET here, EPIPE "
    "there") {
    if (!is_possible()) return;
    CHECK(in_lock_step(with_connection(R"(
    send(server, "xy", 2, 0);
    shutdown(client, SHUT_RDWR);
    send(server, "abc", 3, 0);
    recv(client, bytes, 9, 0);
    recv(client, bytes, 9, 0);
    recv(client, bytes, 9, 0);
    recv(server, bytes, 9, 0);
    int error;
    getsockopt(server, SOL_SOCKET, SO_ERROR, &error, &(socklen_t){4});
    send(server, "a", 1, 0);)")) == "");
    CHECK(in_lock_step(with_connection(R"(
    shutdown(client, SHUT_RD);
    send(server, "abc", 3, 0);
    recv(client, bytes, 9, 0);
    send(client, "abc", 3, 0);
    close(server);
    recv(client, bytes, 9, 0);
    recv(client, bytes, 9, 0);)")) == "");
}

TEST_CASE(
    "a mapping of a TCP socket has no pages, and can be for reading only; other sockets have no mappings") {
    if (!is_possible()) return;
    CHECK(in_lock_step(with_connection(R"(
    int other = socket(AF_INET, SOCK_DGRAM, 0);
    void *memory = mmap(NULL, 4096, PROT_READ, MAP_SHARED, client, 0);
    send(server, memory, 1, 0);
    mprotect(memory, 4096, PROT_WRITE);
    mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, listener, 0);
    mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, client, 0);
    mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, client, 0);
    mmap(NULL, 4096, PROT_READ, MAP_SHARED, other, 0);
    return *(char *)memory;)")) == "");
}

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

TEST_CASE("splice() sends the pages of a pipe as messages, and puts what a socket has into pages") {
    if (!is_possible()) return;
    for (const char* type : {"SOCK_STREAM", "SOCK_SEQPACKET", "SOCK_DGRAM"}) {
        CAPTURE(type);
        CHECK(in_lock_step(std::string("#define TYPE ") + type + R"(
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>
static char bytes[200000];
static void move(int from, int to, size_t size, unsigned flags) { splice(from, NULL, to, NULL, size, flags); }
int main(void) {
    int p[2], q[2], s[2];
    off_t at = 0;
    signal(SIGPIPE, SIG_IGN);
    pipe2(p, O_NONBLOCK);
    pipe2(q, O_NONBLOCK);
    socketpair(AF_UNIX, TYPE | SOCK_NONBLOCK, 0, s);
    move(p[0], s[0], 10, 0);
    write(p[1], "abc", 3);
    write(p[1], "defg", 4);
    move(p[0], s[0], 2, 0);
    move(p[0], s[0], 100, 0);
    recv(s[1], bytes, 100, 0);
    recv(s[1], bytes, 100, 0);
    write(p[1], bytes, 5000);
    move(p[0], s[0], 65536, 0);
    move(s[1], q[1], 65536, 0);
    read(q[0], bytes, 65536);
    move(s[1], q[1], 10, SPLICE_F_NONBLOCK);
    send(s[0], "hello", 5, 0);
    send(s[0], "world", 5, 0);
    move(s[1], q[1], 3, 0);
    move(s[1], q[1], 100, 0);
    read(q[0], bytes, 100);
    fcntl(p[1], F_SETPIPE_SZ, 131072);
    write(p[1], bytes, 131072);
    move(p[0], s[0], 131072, 0);
    while (recv(s[1], bytes, 200000, 0) > 0) {}
    fcntl(q[1], F_SETPIPE_SZ, 4096);
    send(s[0], bytes, 6000, 0);
    move(s[1], q[1], 6000, 0);
    move(s[1], q[1], 10, 0);
    read(q[0], bytes, 9000);
    move(s[1], q[1], 6000, 0);
    move(s[0], s[1], 5, 0);
    splice(p[0], NULL, s[0], &at, 5, 0);
    splice(s[0], &at, p[1], NULL, 5, 0);
    write(p[1], "xyz", 3);
    close(s[1]);
    move(p[0], s[0], 3, 0);
    read(p[0], bytes, 9);
    close(p[1]);
    move(p[0], s[0], 3, 0);
})") == "");
    }
    CHECK(in_lock_step(with_connection(R"(
    int p[2], q[2];
    pipe2(p, O_NONBLOCK);
    pipe2(q, O_NONBLOCK);
    write(p[1], bytes, 50000);
    splice(p[0], NULL, client, NULL, 65536, 0);
    splice(server, NULL, q[1], NULL, 65536, 0);
    read(q[0], bytes, 65536);
    splice(listener, NULL, q[1], NULL, 1, 0);
    if (fork() == 0) return (int)splice(server, NULL, q[1], NULL, 10, SPLICE_F_NONBLOCK);
    write(p[1], "abc", 3);
    splice(p[0], NULL, client, NULL, 3, 0);
    wait(NULL);
    shutdown(client, SHUT_WR);
    splice(server, NULL, q[1], NULL, 5, 0);
    write(p[1], "abc", 3);
    splice(p[0], NULL, client, NULL, 3, 0);)")) == "");
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

TEST_CASE(
    "poll() and accept() may both see a connection that wakes them: whoever looks first, Linux decides") {
    if (!is_possible()) return;
    for (std::uint64_t seed : {1, 2, 3})
        CHECK(in_lock_step(R"(#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
    struct sockaddr_un name = {AF_UNIX, "/tmp/listener"};
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    bind(listener, (struct sockaddr *)&name, sizeof name);
    listen(listener, 5);
    struct pollfd wanted = {listener, POLLIN, 0};
    pid_t poller = fork();
    if (poller == 0) return poll(&wanted, 1, -1) < 0;
    if (fork() == 0) return accept(listener, 0, 0) < 0;
    usleep(1000);
    connect(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&name, sizeof name);
    kill(poller, SIGKILL);
    for (int i = 0; i < 2; i++) wait(NULL);
})",
                           seed) == "");
}

TEST_CASE("a first packet without bytes that is never read does not reset the connection of a UNIX socket") {
    if (!is_possible()) return;
    CHECK(in_lock_step(R"(#include <sys/socket.h>
#include <unistd.h>
int main(void) {
    for (int i = 0; i < 4; i++) {
        int s[2];
        char byte;
        socketpair(AF_UNIX, SOCK_SEQPACKET, 0, s);
        if (i != 3) send(s[0], "", 0, 0);
        if (i == 1) send(s[0], "", 0, 0);
        if (i >= 2) send(s[0], "a", 1, 0);
        close(s[1]);
        recv(s[0], &byte, 1, 0);
    }
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
    "a TCP socket gives a port back that was chosen for it when its connection ends, and still tells it") {
    if (!is_possible()) return;
    const std::string names = R"(
    struct sockaddr_in any = {.sin_family = AF_INET}, refusing = any, none = {0}, mine = any, fixed = any;
    socklen_t length = sizeof mine;
    any.sin_addr.s_addr = htonl(INADDR_ANY);
    refusing.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    refusing.sin_port = htons(9);
    fixed.sin_port = htons(4000);
#define TELL(fd) getsockname(fd, (struct sockaddr *)&mine, &length)
#define BIND(fd, name) bind(fd, (struct sockaddr *)&name, sizeof name)
#define CONNECT(fd, name) connect(fd, (struct sockaddr *)&name, sizeof name)
#define SOCKET socket(AF_INET, SOCK_STREAM, 0)
    int one = SOCKET, other = SOCKET;
)";
    for (const char* body : {
             // refused: without a name; with a port and an address that bind() has named, or one of them
             "CONNECT(one, refusing); TELL(one); BIND(other, mine); CONNECT(one, refusing); TELL(one); "
             "BIND(one, any); TELL(one); BIND(one, any); CONNECT(one, name); TELL(one);",
             "BIND(one, any); CONNECT(one, refusing); TELL(one); BIND(other, mine); BIND(one, mine); "
             "TELL(one);",
             "mine = name; mine.sin_port = 0; BIND(one, mine); CONNECT(one, refusing); TELL(one); "
             "CONNECT(one, name); TELL(one); CONNECT(one, none); TELL(one);",
             "BIND(one, fixed); CONNECT(one, refusing); TELL(one); BIND(other, fixed); BIND(one, any); "
             "CONNECT(one, name); TELL(one); CONNECT(one, none); TELL(one); BIND(one, any);",
             "CONNECT(one, refusing); listen(one, 1); TELL(one);",
             // without waiting
             "fcntl(one, F_SETFL, O_NONBLOCK); CONNECT(one, refusing); TELL(one); BIND(one, any); TELL(one); "
             "CONNECT(one, refusing); TELL(one); listen(one, 1); TELL(one);",
             "fcntl(one, F_SETFL, O_NONBLOCK); CONNECT(one, refusing); BIND(one, refusing); "
             "CONNECT(one, refusing); TELL(one); CONNECT(one, name); TELL(one);",
             // an end of the connection by connect(), a reset, or both FINs
             "TELL(client); CONNECT(client, none); TELL(client); BIND(other, mine); BIND(client, any); "
             "TELL(client); "
             "CONNECT(client, none); BIND(client, any);",
             "TELL(client); send(client, bytes, 3, 0); close(server); TELL(client); BIND(other, mine); "
             "BIND(client, any); TELL(client); CONNECT(client, name); CONNECT(client, none); TELL(client); "
             "BIND(client, any);",
             "send(server, bytes, 3, 0); close(client); TELL(server); BIND(server, any); TELL(server);",
             "TELL(client); shutdown(client, SHUT_WR); shutdown(server, SHUT_WR); TELL(client); "
             "TELL(server); "
             "BIND(other, mine); BIND(client, any); TELL(client); BIND(server, any); CONNECT(client, none); "
             "TELL(client); BIND(client, any); CONNECT(client, name);",
             "TELL(client); shutdown(server, SHUT_WR); shutdown(client, SHUT_WR); TELL(client); BIND(other, "
             "mine); "
             "BIND(client, any); BIND(server, any); TELL(server);",
             "BIND(server, any); CONNECT(server, none); TELL(server); BIND(server, any); TELL(server);",
             // listeners
             "CONNECT(listener, none); TELL(listener); BIND(listener, any); TELL(listener); listen(listener, "
             "1);",
             "shutdown(listener, SHUT_RD); TELL(listener); listen(listener, 1); TELL(listener); "
             "shutdown(listener, SHUT_RD); BIND(listener, any); TELL(listener); BIND(listener, any);",
             "BIND(one, fixed); listen(one, 1); shutdown(one, SHUT_RD); TELL(one); BIND(one, any); "
             "listen(one, 1);",
             "BIND(one, any); CONNECT(one, none); TELL(one); BIND(one, any);",
             "BIND(one, name); TELL(one); BIND(one, any); TELL(one);",
             // UDP
             "one = socket(AF_INET, SOCK_DGRAM, 0); CONNECT(one, refusing); CONNECT(one, none); TELL(one); "
             "BIND(one, fixed); CONNECT(one, refusing); TELL(one); CONNECT(one, none); TELL(one); BIND(one, "
             "any);",
             "one = socket(AF_INET, SOCK_DGRAM, 0); mine = name; mine.sin_port = 0; BIND(one, mine); "
             "CONNECT(one, refusing); TELL(one); CONNECT(one, none); TELL(one); BIND(one, any); TELL(one);",
         }) {
        CAPTURE(body);
        CHECK(in_lock_step(with_connection(names + body)) == "");
    }
}

TEST_CASE("msync() of a socket's mapping fails, for whoever waits for the disk; a hole is told of last") {
    if (!is_possible()) return;
    CHECK(in_lock_step(with_connection(R"(
    char *memory = mmap(NULL, 12288, PROT_READ, MAP_SHARED, client, 0);
    char *own = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, client, 0);
    msync(memory, 4096, MS_SYNC);
    msync(memory, 4096, MS_ASYNC);
    msync(memory, 4096, MS_INVALIDATE);
    msync(memory, 0, MS_SYNC);
    msync(own, 4096, MS_SYNC);
    munmap(memory + 4096, 4096);
    msync(memory + 4096, 8192, MS_SYNC);
    msync(memory + 4096, 4096, MS_SYNC);
    msync(memory, 12288, MS_ASYNC);
    msync(memory, 12288, MS_INVALIDATE);)")) == "");
}

TEST_CASE(
    "poll() and read() of a socket may both see an error that wakes them: whoever looks first, Linux "
    "decides") {
    if (!is_possible()) return;
    for (std::uint64_t seed = 1; seed <= 8; ++seed)
        CHECK(in_lock_step(with_connection(R"(
    struct pollfd wanted = {client, POLLIN, 0};
    pid_t reader = fork();
    if (reader == 0) return (int)read(client, bytes, 9);
    if (fork() == 0) return poll(&wanted, 1, -1);
    if (fork() == 0) return poll(&wanted, 1, -1);
    usleep(1000);
    send(client, bytes, 3, 0);
    close(server);
    while (wait(NULL) > 0) {})"),
                           seed) == "");
}

TEST_CASE(
    "a UDP socket that is connected to port 0 hears of every port of that address, and has no peer to be "
    "named") {
    if (!is_possible()) return;
    CHECK(in_lock_step(R"(#include <netinet/in.h>
#include <sys/socket.h>
static struct sockaddr_in at(int port) {
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons(port)};
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return name;
}
static int bound_to(int port) {
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in name = at(port);
    bind(fd, (struct sockaddr *)&name, sizeof name);
    return fd;
}
int main(void) {
    int one = bound_to(5001), two = bound_to(5002);
    struct sockaddr_in name = at(0), second = at(5002), nobody = at(5003);
    char bytes[10];
    connect(two, (struct sockaddr *)&name, sizeof name);
    sendto(one, "hi", 2, 0, (struct sockaddr *)&second, sizeof second);
    recv(two, bytes, sizeof bytes, MSG_DONTWAIT);
    sendto(two, "hi", 2, 0, (struct sockaddr *)&nobody, sizeof nobody);
    recv(two, bytes, sizeof bytes, MSG_DONTWAIT);
    send(two, "hi", 2, 0);
    recv(two, bytes, sizeof bytes, MSG_DONTWAIT);
    socklen_t size = sizeof name;
    getpeername(two, (struct sockaddr *)&name, &size);
    return 0;
})") == "");
}

TEST_CASE(
    "who sleeps in recv() of a TCP socket that another one disconnects gets EPIPE, whatever he wanted") {
    if (!is_possible()) return;
    for (const char* const call : {"recv(client, bytes, 9, 0);", "recv(client, bytes, 0, MSG_PEEK);",
                                   "recv(client, bytes, 9, MSG_WAITALL);"})
        for (const char* const sent : {"", "send(server, bytes, 3, 0);"})
            CHECK(in_lock_step(with_connection(std::string(sent) + "recv(client, bytes, 3, MSG_DONTWAIT);" +
                                               "if (fork() == 0) {" + call + R"( return 0; }
    usleep(1000);
    struct sockaddr none = {AF_UNSPEC};
    connect(client, &none, sizeof none);
    wait(NULL);)")) == "");
}

TEST_CASE("listen() anew after shutdown() fails while the port has a connection, unless both may share it") {
    if (!is_possible()) return;
    for (const char* const shares : {"", "setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);",
                                     "setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);"
                                     "setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);"})
        CHECK(in_lock_step(with_connection("int on = 1;\n" + std::string(shares) + R"(
    shutdown(listener, SHUT_RDWR);
    listen(listener, 5);
    close(server);
    close(client);
    listen(listener, 5);
    listen(listener, 5);)")) == "");
}

TEST_CASE("who disconnects a TCP socket finds ECONNRESET there, unless both sides had sent their FIN") {
    if (!is_possible()) return;
    for (const char* const before : {"", "shutdown(server, SHUT_WR);", "shutdown(client, SHUT_WR);",
                                     "shutdown(server, SHUT_WR); shutdown(client, SHUT_WR);",
                                     "send(client, bytes, 1, 0); close(server);"})
        for (const char* const look : {"recv(client, bytes, 1, 0);", "poll(&wanted, 1, 0);",
                                       "connect(client, (struct sockaddr *)&name, size);"})
            CHECK(
                in_lock_step(with_connection("struct sockaddr none = {AF_UNSPEC};\n"
                                             "struct pollfd wanted = {client, POLLIN | POLLOUT, 0};\n" +
                                             std::string(before) + "connect(client, &none, sizeof none);\n" +
                                             look + "recv(client, bytes, 1, MSG_DONTWAIT);")) == "");
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

TEST_CASE("epoll tells of a socket that hangs up, whatever was asked for, and from the newest interest on") {
    if (!is_possible()) return;
    CHECK(in_lock_step(R"(#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
int main(void) {
    static const unsigned asked[] = {0, EPOLLRDHUP, EPOLLPRI, EPOLLIN, EPOLLOUT | EPOLLET};
    for (int how = 0; how < 3; how++) {
        int s[2], set = epoll_create1(0);
        struct epoll_event events[9];
        socketpair(AF_UNIX, SOCK_STREAM, 0, s);
        for (unsigned i = 0; i < sizeof asked / sizeof *asked; i++) {
            struct epoll_event event = {.events = asked[i], .data.u32 = i};
            epoll_ctl(set, EPOLL_CTL_ADD, dup(s[0]), &event);
        }
        epoll_wait(set, events, 9, 0);
        if (how == 0) close(s[1]);
        if (how == 1) shutdown(s[1], SHUT_WR);
        if (how == 2) shutdown(s[0], SHUT_RDWR);
        epoll_wait(set, events, 9, 0);
        epoll_wait(set, events, 9, 0);
        close_range(3, 30, 0);
    }
    return 0;
})") == "");
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

TEST_CASE("a socket without a port gets no datagrams, also not those to port 0") {
    if (!is_possible()) return;
    CHECK(in_lock_step(R"(#include <netinet/in.h>
#include <sys/socket.h>
int main(void) {
    char byte;
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int nameless = socket(AF_INET, SOCK_DGRAM, 0), sender = socket(AF_INET, SOCK_DGRAM, 0);
    connect(sender, (struct sockaddr *)&name, sizeof name);
    send(sender, "a", 1, 0);
    recv(nameless, &byte, 1, MSG_DONTWAIT);
    send(sender, "b", 1, 0);
    recv(sender, &byte, 1, MSG_DONTWAIT);
    return 0;
})") == "");
}

TEST_CASE("what a datagram's refusal has left in a socket outlives its connection") {
    if (!is_possible()) return;
    CHECK(in_lock_step(R"(#include <netinet/in.h>
#include <sys/socket.h>
int main(void) {
    char byte;
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(5003), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr_in own = to, nobody = {.sin_family = AF_UNSPEC};
    own.sin_port = htons(5001);
    int s = socket(AF_INET, SOCK_DGRAM, 0);
    bind(s, (struct sockaddr *)&own, sizeof own);
    connect(s, (struct sockaddr *)&to, sizeof to);
    send(s, "a", 1, 0);
    connect(s, (struct sockaddr *)&nobody, sizeof nobody);
    sendto(s, "b", 1, 0, (struct sockaddr *)&own, sizeof own);
    recv(s, &byte, 1, MSG_DONTWAIT);
    connect(s, (struct sockaddr *)&to, sizeof to);
    send(s, "a", 1, 0);
    connect(s, (struct sockaddr *)&nobody, sizeof nobody);
    recv(s, &byte, 1, MSG_DONTWAIT);
    recv(s, &byte, 1, MSG_DONTWAIT);
    return 0;
})") == "");
}

TEST_CASE(
    "what splice() moves from a UNIX stream takes a place of the pipe for each run of pages in which it "
    "lies") {
    if (!is_possible()) return;
    CHECK(in_lock_step(R"(#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>
static char bytes[200000];
/// Tells by its results where each place of the pipe ends: a pipe with room for one takes one at a time.
static void take_places(int from) {
    int one[2];
    pipe2(one, O_NONBLOCK);
    fcntl(one[1], F_SETPIPE_SZ, 4096);
    while (splice(from, NULL, one[1], NULL, 1 << 20, SPLICE_F_NONBLOCK) > 0) read(one[0], bytes, sizeof bytes);
    close(one[0]);
    close(one[1]);
}
static void pass_on(int sends, size_t size, size_t at_once) {
    int first[2], second[2], p[2], q[2];
    socketpair(AF_UNIX, SOCK_STREAM, 0, first);
    socketpair(AF_UNIX, SOCK_STREAM, 0, second);
    pipe2(p, O_NONBLOCK);
    pipe2(q, O_NONBLOCK);
    fcntl(p[1], F_SETPIPE_SZ, 1 << 18);
    fcntl(q[1], F_SETPIPE_SZ, 1 << 18);
    for (int i = 0; i < sends; i++) send(first[0], bytes, size, MSG_DONTWAIT);
    while (splice(first[1], NULL, p[1], NULL, at_once, SPLICE_F_NONBLOCK) > 0) {}
    tee(p[0], q[1], 1 << 20, SPLICE_F_NONBLOCK);
    take_places(q[0]);
    splice(p[0], NULL, second[0], NULL, 1 << 20, SPLICE_F_NONBLOCK);
    while (splice(second[1], NULL, q[1], NULL, at_once, SPLICE_F_NONBLOCK) > 0) {}
    take_places(q[0]);
    for (int i = 0; i < 2; i++) {
        close(first[i]);
        close(second[i]);
        close(p[i]);
        close(q[i]);
    }
}
int main(void) {
    static const size_t sizes[] = {3776, 3777, 7872, 7873, 12000, 28000, 32000, 36544, 36545, 60000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) pass_on(1, sizes[i], 1 << 20);
    pass_on(2, 60000, 6000);
    pass_on(3, 40000, 1 << 20);
    int s[2], p[2];
    socketpair(AF_UNIX, SOCK_STREAM, 0, s);
    pipe2(p, O_NONBLOCK);
    send(s[0], bytes, 60000, 0);
    splice(s[1], NULL, p[1], NULL, 60000, 0);
    while (write(p[1], bytes, 4096) > 0) {}
    while (read(p[0], bytes, 5000) > 0) {}
})") == "");
}

TEST_CASE("what lies in no page splice() copies into 32 KiB of the task's own, one after the other") {
    if (!is_possible()) return;
    for (const char* size : {"1000", "3776"})
        CHECK(in_lock_step(std::string("#define SIZE ") + size + R"(
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
static char bytes[200000];
int main(void) {
    int s[2], p[2], one[2];
    socketpair(AF_UNIX, SOCK_STREAM, 0, s);
    pipe2(p, O_NONBLOCK);
    pipe2(one, O_NONBLOCK);
    fcntl(p[1], F_SETPIPE_SZ, 1 << 18);
    fcntl(one[1], F_SETPIPE_SZ, 4096);
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 40 && send(s[0], bytes, SIZE, MSG_DONTWAIT) > 0; i++) {}
        while (splice(s[1], NULL, p[1], NULL, 1 << 20, SPLICE_F_NONBLOCK) > 0) {}
        // Not all of it: what is left keeps the memory in use.
        for (int i = 0; i < 30 && splice(p[0], NULL, one[1], NULL, 1 << 20, SPLICE_F_NONBLOCK) > 0; i++)
            read(one[0], bytes, sizeof bytes);
        if (fork() == 0) {
            send(s[0], bytes, SIZE, MSG_DONTWAIT);
            splice(s[1], NULL, p[1], NULL, SIZE, SPLICE_F_NONBLOCK);
            _exit(0);
        }
        wait(NULL);
    }
    while (splice(p[0], NULL, s[0], NULL, 1 << 20, SPLICE_F_NONBLOCK) > 0) {}
    while (splice(s[1], NULL, one[1], NULL, 1 << 20, SPLICE_F_NONBLOCK) > 0) read(one[0], bytes, sizeof bytes);
})") == "");
}

TEST_CASE(
    "what sendmsg() passes are the files of its begin, whoever closes or reuses their descriptors while it "
    "sleeps") {
    if (!is_possible()) return;
    for (const char* call : {"sendmsg(s[0], &messages[0].msg_hdr, 0)", "sendmmsg(s[0], messages, 2, 0)"})
        for (const char* type : {"SOCK_STREAM", "SOCK_DGRAM", "SOCK_SEQPACKET"})
            for (std::uint64_t seed : {1, 2, 3})
                CHECK(in_lock_step(std::string("#define CALL ") + call + "\n#define TYPE " + type + R"(
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
static int s[2], p[2], q[2];
static char bytes[70000];
static void *sender(void *unused) {
    struct iovec part = {bytes, 3000};
    char control[CMSG_SPACE(sizeof(int))] = {0};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    struct cmsghdr *item = CMSG_FIRSTHDR(&message);
    item->cmsg_level = SOL_SOCKET;
    item->cmsg_type = SCM_RIGHTS;
    item->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(item), &p[1], sizeof(int));
    struct mmsghdr messages[2] = {{message, 0}, {message, 0}};
    CALL;
    return unused;
}
static int receive(void) {
    struct iovec part = {bytes, 3000};
    char control[CMSG_SPACE(sizeof(int))] = {0};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    if (recvmsg(s[1], &message, MSG_DONTWAIT) <= 0) return 0;
    struct cmsghdr *item = CMSG_FIRSTHDR(&message);
    if (item) {
        int fd;
        memcpy(&fd, CMSG_DATA(item), sizeof fd);
        write(fd, "hi", 2);
        close(fd);
    }
    return 1;
}
int main(void) {
    pthread_t thread;
    pipe2(p, O_NONBLOCK);
    pipe2(q, O_NONBLOCK);
    socketpair(AF_UNIX, TYPE, 0, s);
    while (send(s[0], bytes, 3000, MSG_DONTWAIT) > 0) {}
    pthread_create(&thread, NULL, sender, NULL);
    usleep(1000);
    dup2(q[1], p[1]);
    read(p[0], bytes, 9);
    while (receive()) {}
    pthread_join(thread, NULL);
    while (receive()) {}
    close(p[1]);
    close(q[1]);
    read(p[0], bytes, 9);
    read(q[0], bytes, 9);
    read(p[0], bytes, 9);
    read(q[0], bytes, 9);
})",
                                   seed) == "");
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

// Before that, whose socket ends the wait is chance: any process of the machine may close one (docs/LOCKSTEP.md).
TEST_CASE("sockets in each other's queues have let go of what they hold when another UNIX socket has ended") {
    if (!is_possible()) return;
    for (const char* passed :
         {"give(q[0], q[0]);", "give(q[0], q[1]);", "give(q[0], q[0]); give(q[0], q[1]);"})
        CHECK(in_lock_step(std::string("#define PASS ") + passed + R"(
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
static void give(int through, int fd) {
    char byte = 'x', control[CMSG_SPACE(sizeof fd)] = {0};
    struct iovec part = {&byte, 1};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    struct cmsghdr *item = CMSG_FIRSTHDR(&message);
    item->cmsg_level = SOL_SOCKET;
    item->cmsg_type = SCM_RIGHTS;
    item->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(item), &fd, sizeof fd);
    sendmsg(through, &message, 0);
}
int main(void) {
    int p[2], q[2];
    pipe2(p, O_NONBLOCK);
    socketpair(AF_UNIX, SOCK_STREAM, 0, q);
    give(q[0], p[1]);
    PASS
    close(p[1]);
    struct pollfd asked = {p[0], POLLIN, 0};
    close(q[0]);
    close(q[1]);
    close(socket(AF_UNIX, SOCK_STREAM, 0));
    usleep(10000);
    poll(&asked, 1, 0);
})") == "");
}

namespace {

/// What programs about both ends of a pseudo-terminal begin with; an epoll listens to both, edge-triggered.
std::string with_terminal(const std::string& body) {
    return R"(#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
static char bytes[5000];
static int master, slave, set;
/// A worker thread of Linux carries over what is written: it gets its time.
static void look(void) {
    struct epoll_event events[4];
    usleep(3000);
    epoll_wait(set, events, 4, 0);
}
static void listen_to(int fd) {
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLPRI | EPOLLRDHUP | EPOLLET, .data.fd = fd};
    epoll_ctl(set, EPOLL_CTL_ADD, fd, &event);
}
static void change(tcflag_t off, tcflag_t on) {
    struct termios settings;
    tcgetattr(slave, &settings);
    settings.c_lflag = (settings.c_lflag & ~off) | on;
    tcsetattr(slave, TCSANOW, &settings);
}
#define WRITE(fd, text) write(fd, text, sizeof text - 1); look(); look()
#define READ(fd, most) read(fd, bytes, most); look(); look()
int main(void) {
    master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
    unlockpt(master);
    slave = open(ptsname(master), O_RDWR | O_NOCTTY | O_NONBLOCK);
    set = epoll_create1(0);
    change(ECHO, 0);
    look();
    listen_to(master);
    listen_to(slave);
    look();
)" + body + "\n}\n";
}

}  // namespace

TEST_CASE(
    "epoll hears of a terminal's end when a write at it ends, and when at the other end little is left "
    "unread") {
    if (!is_possible()) return;
    CHECK(in_lock_step(with_terminal(R"(
    change(ICANON | ISIG, 0);
    look();
    WRITE(master, "abc");
    WRITE(master, "d");
    READ(slave, 2);
    READ(slave, 9);
    READ(slave, 9);
    WRITE(slave, "xyz");
    READ(master, 1);
    WRITE(slave, "w");
    READ(master, 9);
    WRITE(slave, "");
    WRITE(master, "");
    write(master, bytes, 1000); look();
    READ(slave, 800);
    READ(slave, 72);
    READ(slave, 500);
    write(slave, bytes, 1000); look();
    READ(master, 800);
    READ(master, 72);
    READ(master, 500);)")) == "");
    CHECK(in_lock_step(with_terminal(R"(
    WRITE(master, "abc");
    WRITE(master, "d\n");
    WRITE(master, "second\n");
    READ(slave, 2);
    READ(slave, 100);
    READ(slave, 100);
    READ(slave, 100);
    WRITE(master, "part\004");
    READ(slave, 100);
    WRITE(master, "\004");
    READ(slave, 100);
    WRITE(master, "x\177");
    signal(SIGINT, SIG_IGN);
    WRITE(master, "abc\003");
    WRITE(master, "d\n");
    READ(slave, 100);
    WRITE(master, "\023");
    WRITE(slave, "held");
    READ(master, 9);
    WRITE(master, "\021");
    READ(master, 9);
    WRITE(master, "abc");
    change(ICANON, 0); look();
    READ(slave, 9);
    WRITE(master, "abc");
    change(0, ICANON); look();
    READ(slave, 9);)")) == "");
}

TEST_CASE("epoll hears of a terminal that is flushed, stopped, started, closed and opened again") {
    if (!is_possible()) return;
    CHECK(in_lock_step(with_terminal(R"(
    char name[64];
    strcpy(name, ptsname(master));
    change(ICANON | ISIG, 0); look();
    WRITE(master, "abc");
    tcflush(slave, TCIFLUSH); look();
    WRITE(slave, "abc");
    tcflush(slave, TCOFLUSH); look();
    READ(master, 9);
    tcflush(master, TCIOFLUSH); look();
    tcflow(slave, TCOOFF); look();
    WRITE(slave, "q");
    tcflow(slave, TCOON); look();
    WRITE(slave, "r");
    READ(master, 9);
    tcflow(slave, TCIOFF); look();
    READ(master, 9);
    tcflow(slave, TCION); look();
    READ(master, 9);
    close(slave); look(); look();
    READ(master, 9);
    slave = open(name, O_RDWR | O_NOCTTY | O_NONBLOCK); look();
    listen_to(slave); look();
    write(slave, "bye", 3);
    close(slave); look();
    READ(master, 9);
    READ(master, 9);
    slave = open(name, O_RDWR | O_NOCTTY | O_NONBLOCK);
    listen_to(slave); look();
    WRITE(master, "unread");
    close(master); look();
    READ(slave, 9);
    WRITE(slave, "x");)")) == "");
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

TEST_CASE(
    "who has waited for another reader of a terminal and finds a line hands the terminal on to the next "
    "one") {
    if (!is_possible()) return;
    for (std::uint64_t seed : {12, 14, 27})
        CHECK(in_lock_step(R"(#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
static char bytes[100];
int main(void) {
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    grantpt(master);
    unlockpt(master);
    int slave = open(ptsname(master), O_RDWR | O_NOCTTY);
    struct termios settings;
    tcgetattr(slave, &settings);
    settings.c_lflag = ICANON;
    settings.c_oflag = 0;
    tcsetattr(slave, TCSANOW, &settings);
    if (fork() == 0) { read(slave, bytes, 2); write(master, "ab\n", 3); _exit(1); }
    if (fork() == 0) { write(master, "ab\n", 3); _exit(1); }
    if (fork() == 0) { read(slave, bytes, 100); _exit(1); }
    read(slave, bytes, 1);
    write(master, "\n", 1);
    while (wait(NULL) > 0) {}
    return 0;
})",
                           seed) == "");
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
