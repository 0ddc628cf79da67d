/* A child that is stopped and continued by its parent, and says nothing meanwhile. */
#define _XOPEN_SOURCE 700
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static void report(pid_t child, int options) {
    int status;
    pid_t got = waitpid(child, &status, options);
    if (got != child)
        printf("nothing to report: %d\n", got);
    else if (WIFSTOPPED(status))
        printf("stopped by %d\n", WSTOPSIG(status));
    else if (WIFCONTINUED(status))
        printf("continued\n");
    else if (WIFSIGNALED(status))
        printf("killed by %d\n", WTERMSIG(status));
    else
        printf("exited with %d\n", WEXITSTATUS(status));
}

int main(void) {
    int ends[2];
    char byte;
    if (pipe(ends) < 0) return 1;
    pid_t child = fork();
    if (child == 0) {
        if (read(ends[0], &byte, 1) != 1) _exit(1);
        raise(SIGTSTP);
        _exit(6);
    }
    kill(child, SIGSTOP);
    report(child, WUNTRACED);
    report(child, WNOHANG | WUNTRACED);
    kill(child, SIGCONT);
    report(child, WCONTINUED);
    if (write(ends[1], "x", 1) != 1) return 1;
    report(child, WUNTRACED);
    kill(child, SIGTERM); /* waits until the child goes on */
    report(child, WNOHANG);
    kill(child, SIGCONT);
    report(child, 0);
    return 0;
}
