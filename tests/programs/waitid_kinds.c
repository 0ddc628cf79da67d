/* waitid(): looking without reaping, and the four ways that a child can change its state. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *kind(const siginfo_t *info) {
    switch (info->si_code) {
        case CLD_EXITED:
            return "exited";
        case CLD_KILLED:
            return "killed";
        case CLD_STOPPED:
            return "stopped";
        case CLD_CONTINUED:
            return "continued";
    }
    return "?";
}

static void look(pid_t child, int options) {
    siginfo_t info;
    memset(&info, 0, sizeof info);
    if (waitid(P_PID, (id_t)child, &info, options) < 0) {
        printf("waitid: %s\n", strerror(errno));
        return;
    }
    printf("%s %d, from the child: %d, signal %d\n", kind(&info), info.si_status, info.si_pid == child,
           info.si_signo == SIGCHLD);
}

int main(void) {
    pid_t child = fork();
    if (child == 0) {
        for (;;) pause();
    }
    kill(child, SIGSTOP);
    look(child, WSTOPPED);
    kill(child, SIGCONT);
    look(child, WCONTINUED);
    siginfo_t info = {0};
    printf("%d", waitid(P_ALL, 0, &info, WEXITED | WNOHANG));
    printf(" %d\n", info.si_pid);
    kill(child, SIGTERM);
    look(child, WEXITED | WNOWAIT);
    look(child, WEXITED);
    look(child, WEXITED);
    child = fork();
    if (child == 0) _exit(42);
    look(child, WEXITED);
    return 0;
}
