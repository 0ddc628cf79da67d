#include <bits/thread.h>
#include <pthread.h>

_Static_assert(sizeof(struct __cleanup) == sizeof(struct __cleanup_frame), "");

void __pthread_cleanup_push(struct __cleanup_frame* frame, void (*routine)(void*), void* argument) {
    struct __pthread* self = THREAD_SELF;
    struct __cleanup* entry = (struct __cleanup*)frame;
    entry->routine = routine;
    entry->argument = argument;
    entry->outer = self->cleanups;
    self->cleanups = entry;
}

void __pthread_cleanup_pop(struct __cleanup_frame* frame, int execute) {
    struct __cleanup* entry = (struct __cleanup*)frame;
    THREAD_SELF->cleanups = entry->outer;
    if (execute) entry->routine(entry->argument);
}
