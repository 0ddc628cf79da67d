// Cancellation: of a thread that sleeps in read(), of one that tests for it, and of one that does not allow it at first.
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <unistd.h>

static int ends[2];
static sem_t ready, go;

static void clean(void *name) {
    printf("cleaning up after %s\n", (const char *)name);
}

static void *reader(void *argument) {
    char byte;
    pthread_cleanup_push(clean, "the reader");
    if (read(ends[0], &byte, 1) >= 0) printf("not reached\n");
    pthread_cleanup_pop(0);
    return argument;
}

static void *tester(void *argument) {
    pthread_cleanup_push(clean, "the outer part");
    pthread_cleanup_push(clean, "the inner part");
    sem_post(&ready);
    for (;;) pthread_testcancel();
    pthread_cleanup_pop(0);
    pthread_cleanup_pop(0);
    return argument;
}

static void *stubborn(void *argument) {
    int old;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &old);
    sem_post(&ready);
    sem_wait(&go);
    printf("cancelled meanwhile, and goes on\n");
    pthread_setcancelstate(old, NULL);
    pthread_testcancel();
    printf("not reached\n");
    return argument;
}

static void end(pthread_t thread, const char *name) {
    void *result;
    pthread_join(thread, &result);
    printf("%s: %s\n", name, result == PTHREAD_CANCELED ? "PTHREAD_CANCELED" : "another result");
}

int main(void) {
    pthread_t thread;
    if (pipe(ends) != 0) return 1;
    sem_init(&ready, 0, 0);
    sem_init(&go, 0, 0);
    pthread_create(&thread, NULL, reader, NULL);
    pthread_cancel(thread);
    end(thread, "reader");
    pthread_create(&thread, NULL, tester, NULL);
    sem_wait(&ready);
    pthread_cancel(thread);
    end(thread, "tester");
    pthread_create(&thread, NULL, stubborn, NULL);
    sem_wait(&ready);
    pthread_cancel(thread);
    sem_post(&go);
    end(thread, "stubborn");
    return 0;
}
