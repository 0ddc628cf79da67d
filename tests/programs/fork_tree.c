/* A binary tree of processes: each adds up its own number and the exit statuses of its two children. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static int grow(int number, int depth) {
    int sum = number;
    if (depth == 0) return sum;
    for (int side = 0; side < 2; side++) {
        int status;
        pid_t child = fork();
        if (child < 0) exit(255);
        if (child == 0) exit(grow(2 * number + side, depth - 1));
        waitpid(child, &status, 0);
        sum += WEXITSTATUS(status);
    }
    return sum;
}

int main(void) {
    printf("seven processes: %d\n", grow(1, 2));
    printf("fifteen processes: %d\n", grow(1, 3));
    return 0;
}
