// N philosophers, each a process, eat once at a round table. RIGHT: the last one takes the other fork first.
#include <semaphore.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static void eat(sem_t *forks, int i) {
    int first = i, second = (i + 1) % N;
#ifdef RIGHT
    if (i == N - 1) {
        first = second;
        second = i;
    }
#endif
    sem_wait(&forks[first]);
    sem_wait(&forks[second]);
    sem_post(&forks[second]);
    sem_post(&forks[first]);
}

int main(void) {
    sem_t *forks = mmap(NULL, N * sizeof *forks, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    for (int i = 0; i < N; i++) sem_init(&forks[i], 1, 1);
    for (int i = 0; i < N; i++)
        if (fork() == 0) {
            eat(forks, i);
            _exit(0);
        }
    for (int i = 0; i < N; i++) wait(NULL);
    printf("all have eaten");
    return 0;
}
