// Rules of sockets that `ipclab fuzz` has found, each by the smallest program that shows it, on both kernels in lock-step.
#include <doctest/doctest.h>

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
