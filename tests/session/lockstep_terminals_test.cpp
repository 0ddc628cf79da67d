// Rules of terminals, each by the smallest program that shows it, on both kernels in lock-step.
#include <doctest/doctest.h>

#include "tests/session/lock_step.h"

using namespace ipclab;
using namespace ipclab::session;

namespace {

/// What programs about both ends of a pseudo-terminal begin with; an epoll listens to both, edge-triggered.
std::string with_terminal(const std::string& body) {
    return R"(#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
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

TEST_CASE(
    "how many bytes a terminal takes while nobody reads depends on how they were written; poll() tells "
    "before") {
    if (!is_possible()) return;
    for (const char* at_once : {"1000", "2000", "4000"})
        CHECK(in_lock_step(with_terminal("int at_once = " + std::string(at_once) + R"(;
    struct termios settings;
    for (int end = 0; end < 3; end++) {
        if (end == 1) {
            tcgetattr(slave, &settings);
            cfmakeraw(&settings);
            tcsetattr(slave, TCSANOW, &settings);
        }
        struct pollfd asked = {end == 2 ? master : slave, POLLOUT, 0};
        int other = end == 2 ? slave : master, there;
        // That worker thread, again.
        while (write(asked.fd, bytes, at_once) == at_once) {
            usleep(3000);
            poll(&asked, 1, 0);
        }
        usleep(3000);
        poll(&asked, 1, 0);
        ioctl(other, FIONREAD, &there);
        while (read(other, bytes, 4500) > 0) {
            usleep(3000);
            poll(&asked, 1, 0);
        }
    })")) == "");
}

TEST_CASE("while a write to a terminal sleeps, poll() says nothing of the room that there is") {
    if (!is_possible()) return;
    for (const char* written : {"master", "slave"})
        CHECK(in_lock_step("#define WRITTEN " + std::string(written) + R"(
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
static char bytes[20000];
int main(void) {
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    unlockpt(master);
    int slave = open(ptsname(master), O_RDWR | O_NOCTTY);
    struct termios settings;
    tcgetattr(slave, &settings);
    cfmakeraw(&settings);
    tcsetattr(slave, TCSANOW, &settings);
    struct pollfd asked = {WRITTEN, POLLOUT, 0};
    pid_t writer = fork();
    if (writer == 0) { write(WRITTEN, bytes, 20000); _exit(0); }
    usleep(3000);
    read(WRITTEN == master ? slave : master, bytes, 2000);
    usleep(3000);
    poll(&asked, 1, 0);
    if (fork() == 0) { poll(&asked, 1, -1); _exit(0); }
    usleep(3000);
    kill(writer, SIGKILL);
    wait(NULL);
    wait(NULL);
})") == "");
}

TEST_CASE("a write to a terminal gets over only pieces of 2,048 bytes that all can be read") {
    if (!is_possible()) return;
    CHECK(in_lock_step(with_terminal(R"(
    char *memory = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    munmap(memory + 4096, 4096);
    write(master, memory + 4000, 200);
    write(slave, memory + 4000, 200);
    write(slave, memory + 1000, 4000);
    write(master, memory + 1000, 4000);)")) == "");
}
