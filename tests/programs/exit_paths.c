/* exit(), _exit() and return: who runs the atexit() handlers, who flushes stdio? */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void first(void) {
    printf("[registered first]");
}

static void second(void) {
    printf("[registered second]");
}

static int child(int how) {
    atexit(first);
    atexit(second);
    printf("way %d:", how);
    if (how == 0) exit(0);
    if (how == 1) _exit(0);
    return 0;
}

int main(void) {
    for (int how = 0; how < 3; how++) {
        pid_t pid = fork();
        if (pid == 0) return child(how);
        waitpid(pid, NULL, 0);
        if (write(STDOUT_FILENO, "\n", 1) != 1) return 1;
    }
    return 0;
}
