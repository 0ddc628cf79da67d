/* Mutexes with a priority ceiling (PTHREAD_PRIO_PROTECT): what they are asked and told, and that a thread without real-time
   priority cannot have one. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

static void tell(const char *what, int error) {
    printf("%s: %s\n", what, error ? strerrorname_np(error) : "done");
}

int main(void) {
    pthread_mutexattr_t attributes;
    pthread_mutex_t mutex, plain = PTHREAD_MUTEX_INITIALIZER;
    int value = -1;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_getprioceiling(&attributes, &value);
    printf("the ceiling is %d\n", value);
    tell("a ceiling of 0", pthread_mutexattr_setprioceiling(&attributes, 0));
    tell("a ceiling of 100", pthread_mutexattr_setprioceiling(&attributes, 100));
    tell("a ceiling of 20", pthread_mutexattr_setprioceiling(&attributes, 20));
    tell("a protocol of 7", pthread_mutexattr_setprotocol(&attributes, 7));
    tell("PTHREAD_PRIO_PROTECT", pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_PROTECT));
    pthread_mutexattr_getprotocol(&attributes, &value);
    printf("the protocol is %d\n", value);
    tell("pthread_mutex_init", pthread_mutex_init(&mutex, &attributes));
    tell("pthread_mutex_getprioceiling", pthread_mutex_getprioceiling(&mutex, &value));
    printf("the ceiling is %d\n", value);
    tell("pthread_mutex_setprioceiling", pthread_mutex_setprioceiling(&mutex, 30, &value));
    printf("it was %d\n", value);
    tell("a ceiling of 100", pthread_mutex_setprioceiling(&mutex, 100, &value));
    tell("pthread_mutex_lock by SCHED_OTHER", pthread_mutex_lock(&mutex));
    tell("pthread_mutex_getprioceiling of a plain one", pthread_mutex_getprioceiling(&plain, &value));
    tell("pthread_mutex_setprioceiling of a plain one", pthread_mutex_setprioceiling(&plain, 10, &value));
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    tell("a robust one with a ceiling", pthread_mutex_init(&mutex, &attributes));
    pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT);
    tell("a robust one that inherits", pthread_mutex_init(&mutex, &attributes));
    return 0;
}
