/* Processes behind descriptors: to wait for, to be polled, to send signals to. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef P_PIDFD
#define P_PIDFD 3
#endif

static void report(const char *what, long result) {
    printf("%s: %ld%s%s\n", what, result, result < 0 ? " " : "", result < 0 ? strerror(errno) : "");
}

static void show_poll(const char *what, int fd, int timeout) {
    struct pollfd entry = {fd, POLLIN, 0};
    int count = poll(&entry, 1, timeout);
    printf("%s: %d%s%s\n", what, count, entry.revents & POLLIN ? " in" : "", entry.revents & POLLHUP ? " hang-up" : "");
}

int main(void) {
    int go[2];
    if (pipe(go) < 0) return 1;
    pid_t child = fork();
    if (child == 0) {
        char byte;
        if (read(go[0], &byte, 1) != 1) _exit(1);
        _exit(7);
    }
    int fd = pidfd_open(child, 0);
    if (fd < 0) return 1;
    char buffer[8];
    show_poll("it runs", fd, 0);
    report("read", read(fd, buffer, sizeof buffer));
    printf("signal 0: %d\n", pidfd_send_signal(fd, 0, NULL, 0));
    siginfo_t info;
    memset(&info, 0, sizeof info);
    printf("nothing yet: %d %d\n", waitid(P_PIDFD, (id_t)fd, &info, WEXITED | WNOHANG), info.si_pid);
    if (write(go[1], "x", 1) != 1) return 1;
    show_poll("it has ended", fd, -1);
    printf("signal to a zombie: %d\n", pidfd_send_signal(fd, SIGTERM, NULL, 0));
    int ended = waitid(P_PIDFD, (id_t)fd, &info, WEXITED);
    printf("wait: %d, status %d, the child %d\n", ended, info.si_status, info.si_pid == child);
    show_poll("it is gone", fd, 0);
    report("signal", pidfd_send_signal(fd, 0, NULL, 0));
    report("wait again", waitid(P_PIDFD, (id_t)fd, &info, WEXITED));
    report("gone", pidfd_open(child, 0));
    close(fd);

    child = fork();
    if (child == 0)
        for (;;) pause();
    fd = pidfd_open(child, PIDFD_NONBLOCK);
    report("would wait", waitid(P_PIDFD, (id_t)fd, &info, WEXITED));
    printf("kill: %d\n", pidfd_send_signal(fd, SIGKILL, NULL, 0));
    show_poll("killed", fd, -1);
    printf("wait: %d\n", waitid(P_PIDFD, (id_t)fd, &info, WEXITED));
    printf("killed by %d\n", info.si_code == CLD_KILLED ? info.si_status : 0);

    report("no such", pidfd_open(0, 0));
    report("flags", pidfd_open(getpid(), 1));
    report("not a pidfd", pidfd_send_signal(go[0], 0, NULL, 0));
    report("not a pidfd", waitid(P_PIDFD, (id_t)go[0], &info, WEXITED));
    int self = pidfd_open(getpid(), 0);
    report("not a child", waitid(P_PIDFD, (id_t)self, &info, WEXITED));
    return 0;
}
