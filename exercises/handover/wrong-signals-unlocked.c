// check: FAIL  no deadlock
// check: FAIL  no data race
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t made = PTHREAD_COND_INITIALIZER;
static int value, is_made;

static void *make(void *unused) {
    value = 42;
    is_made = 1;
    pthread_cond_signal(&made);
    return unused;
}

int main(void) {
    pthread_t thread;

    pthread_create(&thread, NULL, make, NULL);
    pthread_mutex_lock(&lock);
    if (is_made == 0) pthread_cond_wait(&made, &lock);
    printf("%d\n", value);
    pthread_mutex_unlock(&lock);
    pthread_join(thread, NULL);
    return 0;
}
