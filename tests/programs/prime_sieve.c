/* A sieve of processes: each takes the first number it gets as a prime, and passes on what it does not divide. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static int stage(int input) {
    int prime, number, ends[2] = {-1, -1};
    if (read(input, &prime, sizeof prime) != sizeof prime) return 0;
    printf("%d\n", prime);
    fflush(stdout);
    if (pipe(ends) < 0) return 1;
    pid_t next = fork();
    if (next == 0) {
        close(input);
        close(ends[1]);
        exit(stage(ends[0]));
    }
    close(ends[0]);
    while (read(input, &number, sizeof number) == sizeof number)
        if (number % prime != 0 && write(ends[1], &number, sizeof number) != sizeof number) return 1;
    close(ends[1]);
    waitpid(next, NULL, 0);
    return 0;
}

int main(void) {
    int ends[2];
    if (pipe(ends) < 0) return 1;
    pid_t first = fork();
    if (first == 0) {
        close(ends[1]);
        exit(stage(ends[0]));
    }
    close(ends[0]);
    for (int number = 2; number < 50; number++)
        if (write(ends[1], &number, sizeof number) != sizeof number) return 1;
    close(ends[1]);
    waitpid(first, NULL, 0);
    return 0;
}
