// Mutexes with priority inheritance, plain and robust: the kernel knows the owner and hands them on.
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

static pthread_mutex_t mutex, robust;
static long total;

static void *work(void *argument) {
    for (int i = 0; i < 100; i++) {
        pthread_mutex_lock(&mutex);
        total++;
        pthread_mutex_unlock(&mutex);
    }
    return argument;
}

static void *keep(void *argument) {
    pthread_mutex_lock(&robust);
    return argument;
}

int main(void) {
    pthread_mutexattr_t attributes;
    pthread_t threads[3];
    int protocol;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT);
    pthread_mutexattr_getprotocol(&attributes, &protocol);
    printf("inherits: %s\n", protocol == PTHREAD_PRIO_INHERIT ? "yes" : "no");
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ERRORCHECK);
    pthread_mutex_init(&mutex, &attributes);
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(&robust, &attributes);
    for (int i = 0; i < 3; i++) pthread_create(&threads[i], NULL, work, NULL);
    for (int i = 0; i < 3; i++) pthread_join(threads[i], NULL);
    printf("total %ld\n", total);
    pthread_mutex_lock(&mutex);
    printf("twice: %s\n", strerror(pthread_mutex_lock(&mutex)));
    pthread_mutex_unlock(&mutex);
    printf("not mine: %s\n", strerror(pthread_mutex_unlock(&mutex)));
    pthread_create(&threads[0], NULL, keep, NULL);
    pthread_join(threads[0], NULL);
    printf("owner dead: %s\n", pthread_mutex_lock(&robust) == EOWNERDEAD ? "yes" : "no");
    printf("consistent: %d\n", pthread_mutex_consistent(&robust));
    printf("unlock: %d\n", pthread_mutex_unlock(&robust));
    return 0;
}
