/* Signals as records to be read: what each holds, in which order they come, several in one read. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

static void report(const char *what, long result) {
    printf("%s: %ld%s%s\n", what, result, result < 0 ? " " : "", result < 0 ? strerror(errno) : "");
}

static const char *name(int signal) {
    if (signal == SIGUSR1) return "SIGUSR1";
    if (signal == SIGUSR2) return "SIGUSR2";
    if (signal == SIGCHLD) return "SIGCHLD";
    if (signal == SIGINT) return "SIGINT";
    if (signal == SIGRTMIN + 1) return "SIGRTMIN+1";
    return "another";
}

static void show(const struct signalfd_siginfo *info) {
    printf("%s code %d%s", name((int)info->ssi_signo), info->ssi_code, info->ssi_pid == (unsigned)getpid() ? " own" : "");
    if (info->ssi_code == SI_QUEUE) printf(" value %d %llx", info->ssi_int, (unsigned long long)info->ssi_ptr);
    if (info->ssi_signo == SIGCHLD) printf(" status %d", info->ssi_status);
    printf("\n");
}

int main(void) {
    sigset_t mask;
    sigemptyset(&mask);
    sigaddset(&mask, SIGUSR1);
    sigaddset(&mask, SIGUSR2);
    sigaddset(&mask, SIGRTMIN + 1);
    sigaddset(&mask, SIGCHLD);
    sigaddset(&mask, SIGKILL); /* is left out without a word */
    sigprocmask(SIG_BLOCK, &mask, NULL);
    int fd = signalfd(-1, &mask, SFD_NONBLOCK | SFD_CLOEXEC);
    if (fd < 0) return 1;
    struct signalfd_siginfo info[8];
    report("nothing", read(fd, info, sizeof info));
    report("short", read(fd, info, sizeof info[0] - 1));

    union sigval value = {.sival_int = 7};
    sigqueue(getpid(), SIGRTMIN + 1, value);
    value.sival_int = 8;
    sigqueue(getpid(), SIGRTMIN + 1, value);
    kill(getpid(), SIGUSR2);
    kill(getpid(), SIGUSR1);
    kill(getpid(), SIGUSR1); /* coalesces */
    struct pollfd entry = {fd, POLLIN, 0};
    int count = poll(&entry, 1, -1);
    printf("poll: %d %x\n", count, entry.revents);
    ssize_t got = read(fd, info, 3 * sizeof info[0] + 50);
    printf("%zd signals\n", got / (ssize_t)sizeof info[0]);
    for (int i = 0; i < got / (int)sizeof info[0]; i++) show(&info[i]);
    got = read(fd, info, sizeof info);
    printf("%zd more\n", got / (ssize_t)sizeof info[0]);
    for (int i = 0; i < got / (int)sizeof info[0]; i++) show(&info[i]);
    printf("poll: %d\n", poll(&entry, 1, 0));

    if (fork() == 0) _exit(5);
    poll(&entry, 1, -1);
    got = read(fd, info, sizeof info);
    printf("%zd signals\n", got / (ssize_t)sizeof info[0]);
    show(&info[0]);
    wait(NULL);

    /* The mask of a signalfd can be changed. */
    sigset_t only;
    sigemptyset(&only);
    sigaddset(&only, SIGUSR2);
    printf("changed: %d\n", signalfd(fd, &only, 0) == fd);
    raise(SIGUSR1);
    raise(SIGUSR2);
    got = read(fd, info, sizeof info);
    printf("%zd signals\n", got / (ssize_t)sizeof info[0]);
    show(&info[0]);
    sigset_t pending;
    sigpending(&pending);
    printf("SIGUSR1 still pending: %d, SIGUSR2: %d\n", sigismember(&pending, SIGUSR1), sigismember(&pending, SIGUSR2));
    report("no signalfd", signalfd(1, &only, 0));
    report("bad flags", signalfd(-1, &only, 1));
    report("write", write(fd, "12345678", 8));
    return 0;
}
