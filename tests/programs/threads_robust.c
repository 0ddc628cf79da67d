// Robust mutexes: a thread ends while it holds one; the next owner is told, repairs the data, and says so - or does not.
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

static pthread_mutex_t mutex;
static int data;

static void *die_with_it(void *argument) {
    pthread_mutex_lock(&mutex);
    data = -1;
    return argument;
}

static void run(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, die_with_it, NULL);
    pthread_join(thread, NULL);
}

static const char *name(int error) {
    return error == 0 ? "0" : error == EOWNERDEAD ? "EOWNERDEAD" : error == ENOTRECOVERABLE ? "ENOTRECOVERABLE" : strerror(error);
}

int main(void) {
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(&mutex, &attributes);
    run();
    printf("lock: %s, data %d\n", name(pthread_mutex_lock(&mutex)), data);
    data = 0;
    printf("consistent: %s\n", name(pthread_mutex_consistent(&mutex)));
    printf("unlock: %s\n", name(pthread_mutex_unlock(&mutex)));
    printf("lock: %s, data %d\n", name(pthread_mutex_lock(&mutex)), data);
    printf("unlock: %s\n", name(pthread_mutex_unlock(&mutex)));
    run();
    printf("trylock: %s\n", name(pthread_mutex_trylock(&mutex)));
    printf("unlock without repair: %s\n", name(pthread_mutex_unlock(&mutex)));
    printf("lock: %s\n", name(pthread_mutex_lock(&mutex)));
    printf("trylock: %s\n", name(pthread_mutex_trylock(&mutex)));
    pthread_mutex_destroy(&mutex);
    return 0;
}
