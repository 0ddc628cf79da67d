// Detached threads cannot be joined; main() may end by pthread_exit() while they go on, and be joined itself.
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <string.h>

static sem_t go;

static void *last(void *argument) {
    sem_wait(&go);
    pthread_join(*(pthread_t *)argument, NULL);
    printf("the last thread ends the process\n");
    return argument;
}

int main(void) {
    static pthread_t self;
    pthread_attr_t attributes;
    pthread_t thread;
    int state;
    size_t bytes;
    sem_init(&go, 0, 0);
    pthread_attr_init(&attributes);
    pthread_attr_getdetachstate(&attributes, &state);
    pthread_attr_getstacksize(&attributes, &bytes);
    printf("joinable at first: %s, a stack of %zu MB\n", state == PTHREAD_CREATE_JOINABLE ? "yes" : "no", bytes >> 20);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    printf("a stack of 100 bytes: %s\n", strerror(pthread_attr_setstacksize(&attributes, 100)));
    pthread_attr_setstacksize(&attributes, 256 * 1024);
    self = pthread_self();
    pthread_create(&thread, &attributes, last, &self);
    pthread_attr_destroy(&attributes);
    printf("join a detached one: %s\n", strerror(pthread_join(thread, NULL)));
    printf("join oneself: %s\n", strerror(pthread_join(pthread_self(), NULL)));
    sem_post(&go);
    pthread_exit(NULL);
}
