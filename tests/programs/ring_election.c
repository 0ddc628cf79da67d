/* Leader election in a ring of processes (Chang and Roberts): the greatest number goes all the way round. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NODES = 5 };
static const int numbers[NODES] = {17, 42, 5, 33, 8};

struct message {
    int number, is_elected, hops;
};

static void node(int own, int in, int out) {
    struct message message = {own, 0, 1};
    if (write(out, &message, sizeof message) != sizeof message) exit(1);
    while (read(in, &message, sizeof message) == sizeof message) {
        message.hops++;
        if (message.is_elected) {
            if (message.number == own) exit(100);
            if (write(out, &message, sizeof message) != sizeof message) exit(1);
            exit(message.number);
        }
        if (message.number < own) continue; /* swallowed */
        if (message.number == own) message.is_elected = 1;
        if (write(out, &message, sizeof message) != sizeof message) exit(1);
    }
    exit(2);
}

int main(void) {
    int pipes[NODES][2];
    pid_t pids[NODES];
    for (int i = 0; i < NODES; i++)
        if (pipe(pipes[i]) < 0) return 1;
    for (int i = 0; i < NODES; i++) {
        pids[i] = fork();
        if (pids[i] == 0) node(numbers[i], pipes[i][0], pipes[(i + 1) % NODES][1]);
    }
    for (int i = 0; i < NODES; i++) {
        int status;
        waitpid(pids[i], &status, 0);
        if (WEXITSTATUS(status) == 100)
            printf("node %d (%d): I am the leader\n", i, numbers[i]);
        else
            printf("node %d (%d): the leader is %d\n", i, numbers[i], WEXITSTATUS(status));
    }
    return 0;
}
