// check: FAIL  no deadlock
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t made = PTHREAD_COND_INITIALIZER;
static int value, is_made;

static void *make(void *unused) {
    pthread_mutex_lock(&lock);
    value = 42;
    is_made = 1;
    pthread_cond_signal(&made);
    pthread_mutex_unlock(&lock);
    return unused;
}

int main(void) {
    pthread_t thread;

    pthread_create(&thread, NULL, make, NULL);
    pthread_mutex_lock(&lock);
    pthread_cond_wait(&made, &lock);
    printf("%d\n", value);
    pthread_mutex_unlock(&lock);
    pthread_join(thread, NULL);
    return 0;
}
