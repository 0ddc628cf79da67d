// A counter that four threads raise under a mutex: no increment is lost.
#include <pthread.h>
#include <stdio.h>

#define THREADS 4
#define ROUNDS 2000

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long counter;

static void *count(void *argument) {
    long *mine = argument;
    for (int i = 0; i < ROUNDS; i++) {
        pthread_mutex_lock(&lock);
        counter++;
        pthread_mutex_unlock(&lock);
        ++*mine;
    }
    return argument;
}

int main(void) {
    pthread_t threads[THREADS];
    long each[THREADS] = {0};
    for (int i = 0; i < THREADS; i++) pthread_create(&threads[i], NULL, count, &each[i]);
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    for (int i = 0; i < THREADS; i++) printf("thread %d counted %ld\n", i, each[i]);
    printf("together %ld\n", counter);
    return 0;
}
