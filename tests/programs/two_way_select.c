/* Two inputs without poll(): non-blocking reads in turn until both have ended. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    int inputs[2][2], open_inputs = 2, totals[2] = {0, 0};
    for (int i = 0; i < 2; i++) {
        if (pipe(inputs[i]) < 0) return 1;
        if (fork() == 0) {
            for (int n = 1; n <= 3 + i; n++)
                if (write(inputs[i][1], &n, sizeof n) != sizeof n) _exit(1);
            _exit(0);
        }
        close(inputs[i][1]);
        fcntl(inputs[i][0], F_SETFL, O_NONBLOCK);
    }
    while (wait(NULL) > 0) continue; /* what they have written fits into the pipes */
    for (int i = 0; open_inputs > 0; i = !i) {
        int number;
        ssize_t got = read(inputs[i][0], &number, sizeof number);
        if (got == sizeof number) {
            totals[i] += number;
            printf("input %d: %d\n", i, number);
        } else if (got == 0 && totals[i] >= 0) {
            printf("input %d has ended, total %d\n", i, totals[i]);
            totals[i] = -1;
            open_inputs--;
        }
    }
    return 0;
}
