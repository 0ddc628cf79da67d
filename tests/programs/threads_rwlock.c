// Readers and writers: a pair of numbers that must always be seen together.
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static int a, b;

static void *writer(void *argument) {
    (void)argument;
    for (int i = 0; i < 200; i++) {
        pthread_rwlock_wrlock(&lock);
        a++;
        b--;
        pthread_rwlock_unlock(&lock);
    }
    return NULL;
}

static void *reader(void *argument) {
    long torn = 0;
    (void)argument;
    for (int i = 0; i < 300; i++) {
        pthread_rwlock_rdlock(&lock);
        if (a + b != 0) torn++;
        pthread_rwlock_unlock(&lock);
    }
    return (void *)torn;
}

static void *try_both(void *argument) {
    (void)argument;
    printf("read while read: %s\n", pthread_rwlock_tryrdlock(&lock) == 0 ? "yes" : "no");
    pthread_rwlock_unlock(&lock);
    int error = pthread_rwlock_trywrlock(&lock);
    printf("write while read: %s\n", strerror(error));
    return NULL;
}

int main(void) {
    pthread_t threads[5], other;
    long torn = 0;
    for (int i = 0; i < 5; i++) pthread_create(&threads[i], NULL, i < 2 ? writer : reader, NULL);
    for (int i = 0; i < 5; i++) {
        void *result;
        pthread_join(threads[i], &result);
        torn += (long)result;
    }
    printf("a %d, b %d, torn reads %ld\n", a, b, torn);
    pthread_rwlock_rdlock(&lock);
    pthread_create(&other, NULL, try_both, NULL);
    pthread_join(other, NULL);
    pthread_rwlock_unlock(&lock);
    pthread_rwlock_wrlock(&lock);
    printf("write while writing: %s\n", pthread_rwlock_wrlock(&lock) == EDEADLK ? "EDEADLK" : "no");
    pthread_rwlock_unlock(&lock);
    return 0;
}
