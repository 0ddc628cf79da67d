/* A handler of SIGCHLD reaps all children that have ended: signals coalesce, so one signal stands for several. */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHILDREN = 6 };
static volatile sig_atomic_t signals, reaped, sum;

static void on_child(int signal) {
    int status, saved = errno;
    (void)signal;
    signals++;
    while (waitpid(-1, &status, WNOHANG) > 0) {
        reaped++;
        sum += WEXITSTATUS(status);
    }
    errno = saved;
}

int main(void) {
    sigset_t child, before;
    pid_t children[CHILDREN];
    struct sigaction action = {.sa_handler = on_child, .sa_flags = SA_RESTART | SA_NOCLDSTOP};
    sigemptyset(&action.sa_mask);
    sigaction(SIGCHLD, &action, NULL);
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, &before);
    for (int i = 0; i < CHILDREN; i++) {
        children[i] = fork();
        if (children[i] == 0) _exit(i + 1);
    }
    for (int i = 0; i < CHILDREN; i++) {
        siginfo_t info;
        waitid(P_PID, (id_t)children[i], &info, WEXITED | WNOWAIT); /* it has ended, and stays */
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    printf("%d signal for %d children, statuses add up to %d\n", (int)signals, (int)reaped, (int)sum);
    printf("none is left: %d\n", waitpid(-1, NULL, 0) < 0 && errno == ECHILD);
    return 0;
}
