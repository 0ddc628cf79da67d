// A subreaper gets the orphans below it, and a process can ask for a signal when its parent ends (prctl(2)).
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void report(const char *what, int result) {
    printf("%s: %d%s%s\n", what, result, result < 0 ? " " : "", result < 0 ? strerror(errno) : "");
}

int main(void) {
    int ready[2], status, reaper = 0, signal_number = 0;
    char byte, name[16];
    pid_t child, grandchild;

    prctl(PR_SET_NAME, "a very long name indeed");
    prctl(PR_GET_NAME, name);
    printf("called '%s'\n", name);
    report("no such signal", prctl(PR_SET_PDEATHSIG, 100));
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    prctl(PR_GET_CHILD_SUBREAPER, &reaper);
    printf("subreaper %d\n", reaper);
    if (pipe(ready) == -1) return 1;
    fflush(stdout);

    child = fork();
    if (child == 0) {
        if (fork() == 0) {
            signal(SIGUSR1, SIG_DFL);
            prctl(PR_SET_PDEATHSIG, SIGUSR1);
            prctl(PR_GET_PDEATHSIG, &signal_number);
            byte = (char)signal_number;
            if (write(ready[1], &byte, 1) != 1) return 1;
            for (;;) pause();
        }
        if (read(ready[0], &byte, 1) != 1) return 1;
        return 3 + (byte == SIGUSR1);
    }
    printf("child: %d\n", waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : -1);
    grandchild = wait(&status);
    printf("an orphan: %d, killed by SIGUSR1: %d\n", grandchild > 0 && grandchild != child,
           WIFSIGNALED(status) && WTERMSIG(status) == SIGUSR1);
    report("no more", (int)wait(&status));
    return 0;
}
