// N philosophers at a round table eat once. RIGHT: the last one takes the other fork first.
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>

static sem_t forks[N];

static void *philosopher(void *argument) {
    int i = (int)(long)argument, first = i, second = (i + 1) % N;
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
    return NULL;
}

int main(void) {
    pthread_t threads[N];
    for (int i = 0; i < N; i++) sem_init(&forks[i], 0, 1);
    for (int i = 0; i < N; i++) pthread_create(&threads[i], NULL, philosopher, (void *)(long)i);
    for (int i = 0; i < N; i++) pthread_join(threads[i], NULL);
    printf("all have eaten");
    return 0;
}
