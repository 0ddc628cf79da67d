/* Two pipes, one number that goes back and forth. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROUNDS 5

static void die(const char *what) {
    perror(what);
    exit(1);
}

int main(void) {
    int to_child[2], to_parent[2], number;
    if (pipe(to_child) < 0 || pipe(to_parent) < 0) die("pipe");

    switch (fork()) {
        case -1: die("fork"); break;
        case 0:
            close(to_child[1]);
            close(to_parent[0]);
            while (read(to_child[0], &number, sizeof number) == sizeof number) {
                number *= 2;
                if (write(to_parent[1], &number, sizeof number) != sizeof number) die("write");
            }
            _exit(3);
        default: break;
    }

    close(to_child[0]);
    close(to_parent[1]);
    number = 1;
    for (int round = 1; round <= ROUNDS; round++) {
        number++;
        if (write(to_child[1], &number, sizeof number) != sizeof number) die("write");
        if (read(to_parent[0], &number, sizeof number) != sizeof number) die("read");
        printf("round %d: %d\n", round, number);
    }
    close(to_child[1]);
    int status;
    wait(&status);
    printf("child ended with %d\n", WEXITSTATUS(status));
    return 0;
}
