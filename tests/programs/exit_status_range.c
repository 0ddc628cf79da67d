/* Eight bits of the exit status reach the parent, whoever gives them. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static int given;
static void change(void) {
    _exit(given + 1);
}

int main(void) {
    static const int statuses[] = {0, 1, 127, 128, 255, 256, 257, 511, -1, -256};
    for (unsigned i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        int status;
        if (fork() == 0) exit(statuses[i]);
        wait(&status);
        printf("exit(%d): %d, raw %#x\n", statuses[i], WEXITSTATUS(status), (unsigned)status);
    }
    int status;
    given = 41;
    if (fork() == 0) {
        atexit(change);
        exit(7);
    }
    wait(&status);
    printf("changed on the way out: %d\n", WEXITSTATUS(status));
    return 0;
}
