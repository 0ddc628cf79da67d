// Thread-specific data: a table of values for each thread, and one of keys. A value belongs to a key only as long as the
// key has the generation that it was set under.
#include <bits/heap.h>
#include <bits/thread.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

extern void (*__thread_data_hook)(void);

static struct {
    unsigned int generation;  ///< odd: in use
    void (*destructor)(void*);
} keys[THREAD_KEYS];
static int lock;

/// pthread_key_create(3p): destructors run again while they set values, a few times.
static void destroy_values(void) {
    struct __pthread* self = THREAD_SELF;
    int is_left = self->specific != 0;
    for (int round = 0; is_left && round < THREAD_KEY_ROUNDS; round++) {
        is_left = 0;
        for (int i = 0; i < THREAD_KEYS; i++) {
            struct __specific* entry = &self->specific[i];
            void* value = entry->value;
            entry->value = 0;
            if (value == 0 || entry->generation != keys[i].generation || keys[i].destructor == 0) continue;
            is_left = 1;
            keys[i].destructor(value);
        }
    }
    free(self->specific);
    self->specific = 0;
}

int pthread_key_create(pthread_key_t* key, void (*destructor)(void*)) {
    int result = EAGAIN;
    LOW_LOCK(&lock);
    for (unsigned int i = 0; i < THREAD_KEYS && result != 0; i++) {
        if (keys[i].generation & 1) continue;
        keys[i].generation++;
        keys[i].destructor = destructor;
        *key = i;
        result = 0;
    }
    LOW_UNLOCK(&lock);
    __thread_data_hook = destroy_values;
    return result;
}

int pthread_key_delete(pthread_key_t key) {
    if (key >= THREAD_KEYS || !(keys[key].generation & 1)) return EINVAL;
    keys[key].generation++;
    return 0;
}

void* pthread_getspecific(pthread_key_t key) {
    struct __specific* specific = THREAD_SELF->specific;
    if (key >= THREAD_KEYS || specific == 0 || specific[key].generation != keys[key].generation) return 0;
    return specific[key].value;
}

int pthread_setspecific(pthread_key_t key, const void* value) {
    struct __pthread* self = THREAD_SELF;
    if (key >= THREAD_KEYS || !(keys[key].generation & 1)) return EINVAL;
    if (self->specific == 0) {
        if (value == 0) return 0;
        self->specific = __heap_keep(calloc(THREAD_KEYS, sizeof *self->specific));
        if (self->specific == 0) return ENOMEM;
    }
    self->specific[key].generation = keys[key].generation;
    self->specific[key].value = (void*)value;
    return 0;
}
