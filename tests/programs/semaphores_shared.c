// A semaphore in shared memory: four processes raise a counter, one at a time.
#include <errno.h>
#include <limits.h>
#include <semaphore.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

struct shared {
    sem_t turn, limit;
    int counter;
};

int main(void) {
    struct shared *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    sem_init(&shared->turn, 1, 1);
    for (int i = 0; i < 4; i++)
        if (fork() == 0) {
            for (int j = 0; j < 250; j++) {
                sem_wait(&shared->turn);
                shared->counter++;
                sem_post(&shared->turn);
            }
            _exit(0);
        }
    while (wait(NULL) > 0) continue;
    printf("counter %d\n", shared->counter);
    sem_init(&shared->limit, 1, SEM_VALUE_MAX);
    printf("one too many: %s\n", sem_post(&shared->limit) == 0 ? "?" : strerror(errno));
    printf("too high: %s\n", sem_init(&shared->limit, 1, SEM_VALUE_MAX + 1u) == 0 ? "?" : strerror(errno));
    return 0;
}
