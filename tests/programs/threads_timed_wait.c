// Waiting with a deadline: on a condition variable, by both clocks, and on a semaphore.
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <time.h>

static struct timespec after(clockid_t clock, long ns) {
    struct timespec time;
    clock_gettime(clock, &time);
    time.tv_nsec += ns;
    while (time.tv_nsec >= 1000000000) {
        time.tv_sec++;
        time.tv_nsec -= 1000000000;
    }
    return time;
}

int main(void) {
    pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t condition = PTHREAD_COND_INITIALIZER, monotonic;
    pthread_condattr_t attributes;
    sem_t semaphore;
    struct timespec deadline = after(CLOCK_REALTIME, 2000000);
    pthread_mutex_lock(&lock);
    int error;
    do error = pthread_cond_timedwait(&condition, &lock, &deadline);
    while (error == 0);
    printf("realtime: %s\n", error == ETIMEDOUT ? "ETIMEDOUT" : "?");
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&monotonic, &attributes);
    deadline = after(CLOCK_MONOTONIC, 2000000);
    do error = pthread_cond_timedwait(&monotonic, &lock, &deadline);
    while (error == 0);
    printf("monotonic: %s\n", error == ETIMEDOUT ? "ETIMEDOUT" : "?");
    deadline.tv_nsec = -1;
    printf("no time at all: %s\n", pthread_cond_timedwait(&condition, &lock, &deadline) == EINVAL ? "EINVAL" : "?");
    pthread_mutex_unlock(&lock);

    sem_init(&semaphore, 0, 1);
    deadline = after(CLOCK_REALTIME, 2000000);
    printf("semaphore: %d\n", sem_timedwait(&semaphore, &deadline));
    printf("semaphore: %d", sem_timedwait(&semaphore, &deadline));
    printf(" %s\n", errno == ETIMEDOUT ? "ETIMEDOUT" : "?");
    printf("semaphore: %d", sem_trywait(&semaphore));
    printf(" %s\n", errno == EAGAIN ? "EAGAIN" : "?");
    return 0;
}
