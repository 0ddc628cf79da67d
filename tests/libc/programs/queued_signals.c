// Signals with values, and signals that are waited for instead of handled.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void on_signal(int signal, siginfo_t* info, void* context) {
    (void)context;
    char text[64];
    int length = snprintf(text, sizeof text, "signal RTMIN+%d value %d code %d\n", signal - SIGRTMIN,
                          info->si_value.sival_int, info->si_code);
    write(1, text, (size_t)length);
}

static void queue(int signal, int value) {
    union sigval payload = {.sival_int = value};
    if (sigqueue(getpid(), signal, payload) != 0) perror("sigqueue");
}

int main(void) {
    struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO};
    sigset_t set, none;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigaddset(&set, SIGCHLD);
    sigaddset(&set, SIGRTMIN);
    sigaddset(&set, SIGRTMIN + 1);
    sigprocmask(SIG_BLOCK, &set, NULL);
    sigaction(SIGRTMIN, &action, NULL);
    sigaction(SIGRTMIN + 1, &action, NULL);
    queue(SIGRTMIN + 1, 1);
    queue(SIGRTMIN, 2);
    queue(SIGRTMIN, 3);
    sigemptyset(&none);
    sigsuspend(&none);
    printf("%s\n", errno == EINTR ? "interrupted" : strerror(errno));

    siginfo_t info;
    struct timespec soon = {0, 1000000}, wrong = {0, -1};
    printf("%d %s\n", sigtimedwait(&set, &info, &soon), strerror(errno));
    printf("%d %s\n", sigtimedwait(&set, &info, &wrong), strerror(errno));
    queue(SIGRTMIN, 4);
    queue(SIGRTMIN, 5);
    kill(getpid(), SIGUSR1);
    for (int i = 0; i < 3; i++) {
        int got = sigwaitinfo(&set, &info);
        printf("%d %d %d %d\n", got == info.si_signo, got == SIGUSR1 ? -1 : got - SIGRTMIN,
               got == SIGUSR1 ? 0 : info.si_value.sival_int, info.si_pid == getpid());
    }
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        usleep(10000);
        _exit(3);
    }
    int got;
    printf("%d", sigwait(&set, &got));
    printf(" %d\n", got == SIGCHLD);
    printf("%d\n", waitpid(child, NULL, WNOHANG) == child);
    printf("%d %s\n", sigqueue(getpid(), 65, (union sigval){0}), strerror(errno));
    printf("%d\n", sigqueue(getpid(), 0, (union sigval){0}));
    return 0;
}
