/* A pipe as a semaphore: a byte in it is a permit. It keeps a counter in shared memory right. */
#define _DEFAULT_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

struct semaphore {
    int ends[2];
};

static void up(struct semaphore *s) {
    if (write(s->ends[1], "x", 1) != 1) exit(1);
}

static void down(struct semaphore *s) {
    char permit;
    if (read(s->ends[0], &permit, 1) != 1) exit(1);
}

int main(void) {
    struct semaphore mutex;
    volatile long *counter = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (counter == MAP_FAILED || pipe(mutex.ends) < 0) return 1;
    up(&mutex);
    for (int i = 0; i < 4; i++)
        if (fork() == 0) {
            for (int round = 0; round < 25; round++) {
                down(&mutex);
                long value = *counter;
                *counter = value + 1;
                up(&mutex);
            }
            _exit(0);
        }
    while (wait(NULL) > 0) continue;
    printf("4 processes, 25 rounds: %ld\n", *counter);
    return 0;
}
