#include <bits/thread.h>
#include <pthread.h>

pthread_t pthread_self(void) {
    return (pthread_t)THREAD_SELF;
}

int pthread_equal(pthread_t a, pthread_t b) {
    return a == b;
}
