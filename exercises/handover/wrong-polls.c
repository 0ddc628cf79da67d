// check: FAIL  no data race
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t made = PTHREAD_COND_INITIALIZER;
static int value, is_made;

static void *make(void *unused) {
    value = 42;
    is_made = 1;
    return unused;
}

int main(void) {
    pthread_t thread;

    pthread_create(&thread, NULL, make, NULL);
    while (!is_made) continue;
    printf("%d\n", value);
    pthread_join(thread, NULL);
    return 0;
}
