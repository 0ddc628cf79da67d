// Two producers put N items each into a buffer of two places; two consumers take N each. Prints what the first has got.
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>

static sem_t empty, full, lock;
static int buffer[2], in, out, taken[2];

static void *produce(void *argument) {
    int item = (int)(long)argument;
    for (int i = 0; i < N; i++) {
        sem_wait(&empty);
        sem_wait(&lock);
        buffer[in] = item;
        in = (in + 1) % 2;
        sem_post(&lock);
        sem_post(&full);
    }
    return NULL;
}

static void *consume(void *argument) {
    int me = (int)(long)argument;
    for (int i = 0; i < N; i++) {
        sem_wait(&full);
        sem_wait(&lock);
        taken[me] += buffer[out];
        out = (out + 1) % 2;
        sem_post(&lock);
        sem_post(&empty);
    }
    return NULL;
}

int main(void) {
    pthread_t threads[4];
    sem_init(&empty, 0, 2);
    sem_init(&full, 0, 0);
    sem_init(&lock, 0, 1);
    pthread_create(&threads[0], NULL, produce, (void *)1);
    pthread_create(&threads[1], NULL, produce, (void *)2);
    pthread_create(&threads[2], NULL, consume, (void *)0);
    pthread_create(&threads[3], NULL, consume, (void *)1);
    for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
    printf("%d", taken[0]);
    return 0;
}
