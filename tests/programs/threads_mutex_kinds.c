// The kinds of mutexes, and what each says to mistakes.
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static void say(const char *what, int error) {
    printf("%s: %s\n", what, error == 0 ? "done" : strerror(error));
}

static void *try_it(void *mutex) {
    say("  another tries", pthread_mutex_trylock(mutex));
    say("  another unlocks", pthread_mutex_unlock(mutex));
    struct timespec soon;
    clock_gettime(CLOCK_REALTIME, &soon);
    soon.tv_nsec += 1000000;
    if (soon.tv_nsec >= 1000000000) {
        soon.tv_sec++;
        soon.tv_nsec -= 1000000000;
    }
    say("  another waits a while", pthread_mutex_timedlock(mutex, &soon));
    return NULL;
}

static void try_kind(const char *name, int type) {
    pthread_mutexattr_t attributes;
    pthread_mutex_t mutex;
    pthread_t thread;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_settype(&attributes, type);
    pthread_mutex_init(&mutex, &attributes);
    pthread_mutexattr_destroy(&attributes);
    printf("%s\n", name);
    say("  lock", pthread_mutex_lock(&mutex));
    say("  lock again", pthread_mutex_lock(&mutex));
    pthread_create(&thread, NULL, try_it, &mutex);
    pthread_join(thread, NULL);
    say("  unlock", pthread_mutex_unlock(&mutex));
    say("  unlock", pthread_mutex_unlock(&mutex));
    say("  unlock", pthread_mutex_unlock(&mutex));
    say("  destroy", pthread_mutex_destroy(&mutex));
}

int main(void) {
    try_kind("recursive", PTHREAD_MUTEX_RECURSIVE);
    try_kind("error-checking", PTHREAD_MUTEX_ERRORCHECK);
    pthread_mutex_t plain = PTHREAD_MUTEX_INITIALIZER;
    say("plain lock", pthread_mutex_lock(&plain));
    say("plain trylock", pthread_mutex_trylock(&plain));
    say("destroy a locked one", pthread_mutex_destroy(&plain));
    say("unlock", pthread_mutex_unlock(&plain));
    say("destroy", pthread_mutex_destroy(&plain));
    return 0;
}
