/* Writing into a pipe that nobody can read kills the writer. */
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    int ends[2], status;
    char byte;
    if (pipe(ends) < 0) return 1;
    pid_t pid = fork();
    if (pid == 0) {
        close(ends[0]);
        /* The parent still has its read end, so these are fine; some time later they are not. */
        for (;;) {
            if (write(ends[1], "a", 1) != 1) printf("we never get here\n");
        }
    }
    close(ends[1]);
    if (read(ends[0], &byte, 1) == 1) printf("the parent read %c\n", byte);
    close(ends[0]);
    waitpid(pid, &status, 0);
    printf("the child was %s\n",
           WIFSIGNALED(status) && WTERMSIG(status) == SIGPIPE ? "killed by SIGPIPE" : "not killed");
    return 0;
}
