/* Children are started in one order, end in another, and are told apart by their process number. */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHILDREN = 5 };

int main(void) {
    pid_t children[CHILDREN];
    int gates[CHILDREN][2], status, total = 0;
    for (int i = 0; i < CHILDREN; i++) {
        if (pipe(gates[i]) < 0) return 1;
        children[i] = fork();
        if (children[i] < 0) return 1;
        if (children[i] == 0) {
            char byte;
            _exit(read(gates[i][0], &byte, 1) == 1 ? 10 + i : 1);
        }
    }
    for (int turn = 0; turn < CHILDREN; turn++) {
        int which = (turn * 3 + 2) % CHILDREN;
        if (write(gates[which][1], "x", 1) != 1) return 1;
        pid_t ended = wait(&status);
        for (int i = 0; i < CHILDREN; i++)
            if (children[i] == ended) printf("child %d ended with %d\n", i, WEXITSTATUS(status));
        total += WEXITSTATUS(status);
    }
    printf("sum %d, none is left: %d\n", total, wait(NULL));
    return 0;
}
