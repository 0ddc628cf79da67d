// A destructor that sets its value again is called again, at most PTHREAD_DESTRUCTOR_ITERATIONS times.
#include <limits.h>
#include <pthread.h>
#include <stdio.h>

static pthread_key_t key, other;
static int calls, other_calls;

static void again(void *value) {
    calls++;
    pthread_setspecific(key, value);
}

static void count(void *value) {
    (void)value;
    other_calls++;
}

static void *work(void *argument) {
    pthread_setspecific(key, argument);
    pthread_setspecific(other, argument);
    return NULL;
}

int main(void) {
    pthread_t thread;
    pthread_key_create(&key, again);
    pthread_key_create(&other, count);
    pthread_create(&thread, NULL, work, &calls);
    pthread_join(thread, NULL);
    printf("%d calls, and %d of the other\n", calls, other_calls);
    return 0;
}
