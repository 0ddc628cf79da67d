/* A parent that has something else to do looks now and then whether a child has ended. */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    int go[2], status = 0;
    if (pipe(go) < 0) return 1;
    pid_t child = fork();
    if (child == 0) {
        char byte;
        close(go[1]);
        while (read(go[0], &byte, 1) == 1) continue;
        _exit(9);
    }
    close(go[0]);
    int early = 0;
    for (int round = 0; round < 3; round++) early += waitpid(child, &status, WNOHANG) == 0;
    printf("it was still running: %d times\n", early);
    close(go[1]);
    waitpid(child, &status, 0);
    printf("it ended with %d\n", WEXITSTATUS(status));
    printf("and is gone: %d\n", waitpid(child, &status, WNOHANG));
    return 0;
}
