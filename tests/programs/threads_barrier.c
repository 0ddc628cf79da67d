// A calculation in phases: no thread begins a phase before all have ended the last one. One of them is the serial one.
#include <pthread.h>
#include <stdio.h>

#define THREADS 4
#define PHASES 5

static pthread_barrier_t barrier;
static int cells[THREADS] = {1, 2, 3, 4}, next[THREADS], serial[PHASES];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *work(void *argument) {
    int me = (int)(long)argument;
    for (int phase = 0; phase < PHASES; phase++) {
        next[me] = cells[(me + THREADS - 1) % THREADS] + cells[(me + 1) % THREADS];
        if (pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD) {
            pthread_mutex_lock(&lock);
            serial[phase]++;
            pthread_mutex_unlock(&lock);
        }
        cells[me] = next[me];
        pthread_barrier_wait(&barrier);
    }
    return NULL;
}

int main(void) {
    pthread_t threads[THREADS];
    pthread_barrier_init(&barrier, NULL, THREADS);
    for (long i = 0; i < THREADS; i++) pthread_create(&threads[i], NULL, work, (void *)i);
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    pthread_barrier_destroy(&barrier);
    for (int i = 0; i < THREADS; i++) printf("cell %d: %d\n", i, cells[i]);
    for (int i = 0; i < PHASES; i++) printf("phase %d: %d serial\n", i, serial[i]);
    return 0;
}
