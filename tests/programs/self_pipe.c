/* The self-pipe trick (D. J. Bernstein): a handler writes a byte, so that a signal becomes something to poll for. Beside
   it the same with a signalfd and without a handler. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

static int self[2];

static void on_child(int signal) {
    int saved = errno;
    char byte = (char)signal;
    if (write(self[1], &byte, 1) < 0) _exit(1);
    errno = saved;
}

static void spawn(int status) {
    if (fork() == 0) _exit(status);
}

int main(void) {
    if (pipe2(self, O_NONBLOCK | O_CLOEXEC) < 0) return 1;
    struct sigaction action = {.sa_handler = on_child};
    sigaction(SIGCHLD, &action, NULL);
    spawn(3);
    struct pollfd entry = {self[0], POLLIN, 0};
    while (poll(&entry, 1, -1) < 0 && errno == EINTR) continue;
    char byte;
    ssize_t got = read(self[0], &byte, 1);
    int status;
    wait(&status);
    printf("handler: %zd byte, signal %d, status %d\n", got, byte == SIGCHLD, WEXITSTATUS(status));

    sigset_t mask;
    sigemptyset(&mask);
    sigaddset(&mask, SIGCHLD);
    sigprocmask(SIG_BLOCK, &mask, NULL);
    int fd = signalfd(-1, &mask, SFD_NONBLOCK);
    spawn(4);
    entry.fd = fd;
    while (poll(&entry, 1, -1) < 0) continue;
    struct signalfd_siginfo info;
    got = read(fd, &info, sizeof info);
    wait(&status);
    printf("signalfd: %zd bytes, signal %d, status %d\n", got, info.ssi_signo == SIGCHLD, WEXITSTATUS(status));
    return 0;
}
