// A thread that is cancelled in pthread_cond_wait() holds the mutex again when its clean-up function runs.
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t never = PTHREAD_COND_INITIALIZER, begun = PTHREAD_COND_INITIALIZER;
static int is_waiting;

static void unlock(void *mutex) {
    printf("unlocking: %d\n", pthread_mutex_unlock(mutex));
}

static void *wait_for_ever(void *argument) {
    pthread_mutex_lock(&lock);
    pthread_cleanup_push(unlock, &lock);
    is_waiting = 1;
    pthread_cond_signal(&begun);
    for (;;) pthread_cond_wait(&never, &lock);
    pthread_cleanup_pop(1);
    return argument;
}

int main(void) {
    pthread_t thread;
    void *result;
    pthread_create(&thread, NULL, wait_for_ever, NULL);
    pthread_mutex_lock(&lock);
    while (!is_waiting) pthread_cond_wait(&begun, &lock);
    pthread_mutex_unlock(&lock);
    pthread_cancel(thread);
    pthread_join(thread, &result);
    printf("cancelled: %s\n", result == PTHREAD_CANCELED ? "yes" : "no");
    printf("the mutex is free: %d\n", pthread_mutex_trylock(&lock));
    return 0;
}
