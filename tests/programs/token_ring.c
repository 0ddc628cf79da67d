/* Five processes in a ring of pipes pass a token; each adds its own number. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PROCESSES = 5, ROUNDS = 3 };

struct token {
    int round, sum;
    char path[64];
};

int main(void) {
    int ring[PROCESSES][2];
    for (int i = 0; i < PROCESSES; i++) {
        if (pipe(ring[i]) < 0) {
            perror("pipe");
            exit(1);
        }
    }
    int me = 0;
    for (int i = 1; i < PROCESSES; i++) {
        pid_t pid = fork();
        if (pid == 0) {
            me = i;
            break;
        }
    }
    int in = ring[me][0], out = ring[(me + 1) % PROCESSES][1];
    for (int i = 0; i < PROCESSES; i++) {
        if (ring[i][0] != in) close(ring[i][0]);
        if (ring[i][1] != out) close(ring[i][1]);
    }

    struct token token = {0, 0, ""};
    if (me == 0 && write(out, &token, sizeof token) != sizeof token) perror("write");
    for (int i = 0; i < ROUNDS; i++) {
        if (read(in, &token, sizeof token) != sizeof token) break;
        token.sum += me + 1;
        if (me == 0) token.round++;
        snprintf(token.path, sizeof token.path, "%d after %d", me, (me + PROCESSES - 1) % PROCESSES);
        if (me == 0) printf("round %d: sum %d, %s\n", token.round, token.sum, token.path);
        if (me == 0 && i == ROUNDS - 1) break;
        if (write(out, &token, sizeof token) != sizeof token) break;
    }
    if (me != 0) _exit(me);

    int total = 0, status;
    while (wait(&status) > 0) total += WEXITSTATUS(status);
    printf("all done: %d\n", total);
    return 0;
}
