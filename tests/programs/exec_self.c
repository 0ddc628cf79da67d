/* exec() gives a process a new program: the number, the parent and the open descriptors stay; the memory
 * goes. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int counter = 0;

int main(int argc, char *argv[], char *envp[]) {
    if (argc == 4 && strcmp(argv[1], "again") == 0) {
        printf("after exec: counter = %d, the process is %s\n", counter,
               atoi(argv[2]) == getpid() ? "the same" : "new");
        char text[32];
        ssize_t got = read(atoi(argv[3]), text, sizeof text);
        printf("after exec: read %zd bytes from the inherited pipe\n", got);
        printf("after exec: GREETING is %s\n", getenv("GREETING"));
        printf("after exec: the environment has %s\n", envp[1] == NULL ? "one entry" : "more entries");
        return 5;
    }

    int ends[2];
    if (pipe(ends) < 0 || write(ends[1], "hello", 5) != 5) return 1;
    fcntl(ends[1], F_SETFD, FD_CLOEXEC); /* so this end is closed by exec() */
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        char own_pid[24], fd[24], again[] = "again", greeting[] = "GREETING=good morning";
        char *arguments[] = {argv[0], again, own_pid, fd, NULL};
        char *environment[] = {greeting, NULL};
        counter = 99;
        sprintf(own_pid, "%d", (int)getpid());
        sprintf(fd, "%d", ends[0]);
        execve(argv[0], arguments, environment);
        perror("execve");
        _exit(127);
    }
    int status;
    waitpid(pid, &status, 0);
    printf("parent: the child exited with %d\n", WEXITSTATUS(status));
    return 0;
}
