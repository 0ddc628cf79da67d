/* Functions registered for the end of the process run in the opposite order, in the child as well; exit() in one of
 * them goes on with the rest. */
#define _DEFAULT_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void first(void) {
    printf("first\n");
}
static void second(void) {
    printf("second\n");
}
static void third(void) {
    printf("third, registers one more\n");
    atexit(second);
}
static void last(int status, void *name) {
    printf("on_exit %s with %d\n", (char *)name, status);
}

int main(void) {
    char name[] = "gamma";
    atexit(first);
    atexit(third);
    on_exit(last, name);
    atexit(first);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        atexit(second);
        exit(3);
    }
    int status;
    waitpid(child, &status, 0);
    printf("child %d\n", WEXITSTATUS(status));
    fflush(stdout);
    if (fork() == 0) {
        printf("lost by _exit()\n");
        _exit(0);
    }
    wait(NULL);
    fflush(stdout);
    _exit(0);
}
