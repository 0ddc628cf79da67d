// poll(), ppoll(), select() and pselect(): readiness of pipes and files, time-outs, masks and bad arguments.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile int signals;

static void count(int number) {
    (void)number;
    signals++;
}

static void show(const char* what, int result) {
    printf("%s: %d %s\n", what, result, result < 0 ? strerrorname_np(errno) : "");
}

static int ask(int fd, int events, int timeout) {
    struct pollfd one = {fd, (short)events, 0x7fff};
    int result = poll(&one, 1, timeout);
    printf("  revents %#x\n", (unsigned)(unsigned short)one.revents);
    return result;
}

static void with_poll(void) {
    int ends[2];
    pipe(ends);
    show("empty pipe", ask(ends[0], POLLIN, 0));
    show("write end", ask(ends[1], POLLOUT | POLLIN, -1));
    write(ends[1], "x", 1);
    show("pipe with a byte", ask(ends[0], POLLIN | POLLOUT | POLLPRI | POLLRDHUP, -1));
    show("normal data", ask(ends[0], POLLRDNORM, -1));
    show("nothing asked", ask(ends[0], 0, 0));
    close(ends[1]);
    show("byte and hang-up", ask(ends[0], POLLIN, -1));
    show("hang-up unasked", ask(ends[0], 0, -1));
    char byte;
    read(ends[0], &byte, 1);
    show("hang-up", ask(ends[0], POLLIN, -1));
    close(ends[0]);
    show("closed", ask(ends[0], POLLIN, -1));
    show("negative", ask(-1, POLLIN, 10));

    pipe2(ends, O_NONBLOCK);
    char block[4096] = "";
    while (write(ends[1], block, sizeof block) > 0) {
    }
    show("full pipe", ask(ends[1], POLLOUT, 10));
    read(ends[0], block, sizeof block);
    show("one page free", ask(ends[1], POLLOUT | POLLWRNORM | POLLWRBAND, -1));
    close(ends[0]);
    show("no reader", ask(ends[1], POLLOUT, -1));
    show("no reader, unasked", ask(ends[1], 0, -1));
    close(ends[1]);

    int file = open("poll.tmp", O_RDWR | O_CREAT | O_TRUNC, 0600);
    show("file", ask(file, POLLIN | POLLOUT, -1));
    unlink("poll.tmp");
    close(file);
    file = open("/dev/null", O_RDWR);
    show("null", ask(file, POLLIN | POLLOUT | POLLPRI, -1));
    close(file);
    file = open(".", O_RDONLY);
    show("directory", ask(file, POLLIN, -1));
    close(file);
    show("too many", poll(0, 1u << 30, 0));
    show("no array", poll((struct pollfd*)8, 1, 0));
    show("none", poll(0, 0, 5));
    struct timespec bad = {0, 1000000000};
    show("bad time", ppoll(0, 0, &bad, 0));
    bad.tv_sec = -1, bad.tv_nsec = 0;
    show("negative time", ppoll(0, 0, &bad, 0));
}

static void with_a_child(void) {
    int ends[2], back[2];
    pipe(ends), pipe(back);
    fflush(stdout);
    if (fork() == 0) {
        char byte;
        read(ends[0], &byte, 1);
        usleep(20000);
        write(back[1], "yes", 3);
        _exit(0);
    }
    struct pollfd both[3] = {{back[0], POLLIN, 0}, {-5, POLLIN, 7}, {ends[1], POLLERR, 0}};
    show("child is silent", poll(both, 3, 10));
    write(ends[1], "x", 1);
    show("child speaks", poll(both, 3, -1));
    printf("  %#x %#x %#x\n", (unsigned)both[0].revents, (unsigned)both[1].revents,
           (unsigned)both[2].revents);
    close(back[1]);
    wait(0);
    show("child gone", poll(both, 1, -1));
    printf("  %#x\n", (unsigned)both[0].revents);
    close(ends[0]), close(ends[1]), close(back[0]);
}

static void with_select(void) {
    int ends[2];
    pipe(ends);
    fd_set in, out, odd;
    FD_ZERO(&in);
    FD_ZERO(&out);
    FD_ZERO(&odd);
    FD_SET(ends[0], &in), FD_SET(ends[1], &out), FD_SET(ends[0], &odd), FD_SET(ends[1], &in);
    show("select", select(ends[1] + 1, &in, &out, &odd, 0));
    printf("  %d %d %d %d\n", FD_ISSET(ends[0], &in), FD_ISSET(ends[1], &in), FD_ISSET(ends[1], &out),
           FD_ISSET(ends[0], &odd));
    struct timeval time = {0, 20000};
    FD_ZERO(&in);
    FD_SET(ends[0], &in);
    show("time-out", select(ends[0] + 1, &in, 0, 0, &time));
    printf("  %d, left %ld.%ld\n", FD_ISSET(ends[0], &in), (long)time.tv_sec, (long)time.tv_usec);
    write(ends[1], "x", 1);
    FD_SET(ends[0], &in);
    time.tv_sec = 1, time.tv_usec = 3000000;
    show("carried over", select(ends[0] + 1, &in, 0, 0, &time));
    printf("  %d, left %d\n", FD_ISSET(ends[0], &in), time.tv_sec == 3 || time.tv_sec == 4);
    show("too few", select(ends[0], &in, 0, 0, &(struct timeval){0, 0}));
    printf("  %d\n", FD_ISSET(ends[0], &in));
    close(ends[1]);
    FD_SET(ends[0], &in);
    show("end of file", select(ends[0] + 1, &in, 0, 0, 0));
    FD_SET(ends[1], &in);
    show("closed", select(ends[1] + 1, &in, 0, 0, 0));
    show("negative count", select(-1, 0, 0, 0, 0));
    show("negative time", select(0, 0, 0, 0, &(struct timeval){-1, 0}));
    show("bad time", pselect(0, 0, 0, 0, &(struct timespec){0, 1000000000}, 0));
    show("bad set", select(1, (fd_set*)8, 0, 0, 0));
    FD_ZERO(&in);
    FD_SET(1000, &in);
    show("beyond the table", select(1024, &in, 0, 0, &(struct timeval){0, 0}));
    struct timespec precise = {0, 5000000};
    show("pselect", pselect(0, 0, 0, 0, &precise, 0));
    printf("  %ld.%09ld\n", (long)precise.tv_sec, precise.tv_nsec);
    close(ends[0]);
}

static void with_signals(void) {
    struct sigaction action = {.sa_handler = count, .sa_flags = SA_RESTART};
    sigaction(SIGALRM, &action, 0);
    sigset_t blocked, before, now;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGALRM);
    sigprocmask(SIG_BLOCK, &blocked, &before);
    raise(SIGALRM);
    struct timespec precise = {0, 1000000};
    show("blocked", ppoll(0, 0, &precise, 0));
    show("unblocked for the call", ppoll(0, 0, 0, &before));
    printf("  signals %d\n", signals);
    sigprocmask(SIG_SETMASK, 0, &now);
    printf("  still blocked %d\n", sigismember(&now, SIGALRM));
    raise(SIGALRM);
    show("pselect", pselect(0, 0, 0, 0, 0, &before));
    printf("  signals %d\n", signals);
    int ends[2];
    pipe(ends);
    write(ends[1], "x", 1);
    raise(SIGALRM);
    struct pollfd one = {ends[0], POLLIN, 0};
    show("ready comes first", ppoll(&one, 1, 0, &before));
    printf("  signals %d\n", signals);
    sigprocmask(SIG_SETMASK, &before, 0);
    printf("  signals %d\n", signals);
    alarm(1);
    show("never restarted", poll(0, 0, -1));
    alarm(1);
    show("select neither", select(0, 0, 0, 0, 0));
    struct timeval long_time = {100, 0};
    alarm(1);
    show("select with time", select(0, 0, 0, 0, &long_time));
    printf("  some is left %d\n", long_time.tv_sec >= 90 && long_time.tv_sec < 100);
}

int main(void) {
    with_poll();
    with_a_child();
    with_select();
    with_signals();
    return 0;
}
