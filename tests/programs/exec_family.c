/* All the ways to write exec(): a list or an array, with or without a search, with or without an environment. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void run(int how) {
    char *arguments[] = {"echo", "from", "an", "array", NULL};
    char *environment[] = {"PATH=/bin", "COLOUR=green", NULL};
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        switch (how) {
            case 0:
                execl("/bin/echo", "echo", "execl:", "a", "list", (char *)NULL);
                break;
            case 1:
                execlp("echo", "echo", "execlp:", "searched", (char *)NULL);
                break;
            case 2:
                execle("/bin/sh", "sh", "-c", "echo execle: $COLOUR", (char *)NULL, environment);
                break;
            case 3:
                execv("/bin/echo", arguments);
                break;
            case 4:
                execvp("echo", arguments);
                break;
            default:
                execve("/bin/echo", arguments, environment);
        }
        _exit(127);
    }
    int status;
    waitpid(child, &status, 0);
    if (WEXITSTATUS(status) != 0) printf("way %d: %d\n", how, WEXITSTATUS(status));
}

int main(void) {
    for (int how = 0; how < 6; how++) run(how);
    return 0;
}
