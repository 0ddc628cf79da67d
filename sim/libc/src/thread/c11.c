// <threads.h> over <pthread.h>.
#include <bits/thread.h>
#include <errno.h>
#include <pthread.h>
#include <threads.h>

static int status_of(int error) {
    return error == 0           ? thrd_success
           : error == EBUSY     ? thrd_busy
           : error == ETIMEDOUT ? thrd_timedout
           : error == ENOMEM    ? thrd_nomem
                                : thrd_error;
}

int thrd_create(thrd_t* thread, thrd_start_t start, void* argument) {
    // An int where a pointer is expected: only its low half is looked at (thrd_join).
    return status_of(pthread_create(thread, 0, (void* (*)(void*))(void*)start, argument));
}

int thrd_equal(thrd_t a, thrd_t b) {
    return a == b;
}

thrd_t thrd_current(void) {
    return pthread_self();
}

int thrd_sleep(const struct timespec* duration, struct timespec* rest) {
    long result = RAW4(SYS_clock_nanosleep, CLOCK_REALTIME, 0, duration, rest);
    return result == 0 ? 0 : result == -EINTR ? -1 : -2;
}

_Noreturn void thrd_exit(int result) {
    pthread_exit((void*)(long)result);
}

int thrd_detach(thrd_t thread) {
    return status_of(pthread_detach(thread));
}

int thrd_join(thrd_t thread, int* result) {
    void* value;
    int error = pthread_join(thread, &value);
    if (error == 0 && result) *result = (int)(long)value;
    return status_of(error);
}

void thrd_yield(void) {
    RAW0(SYS_sched_yield);
}

int mtx_init(mtx_t* mutex, int type) {
    if (type & ~(mtx_recursive | mtx_timed)) return thrd_error;
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    if (type & mtx_recursive) pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
    return status_of(pthread_mutex_init((pthread_mutex_t*)mutex, &attributes));
}

int mtx_lock(mtx_t* mutex) {
    return status_of(pthread_mutex_lock((pthread_mutex_t*)mutex));
}

int mtx_timedlock(mtx_t* mutex, const struct timespec* deadline) {
    return status_of(pthread_mutex_timedlock((pthread_mutex_t*)mutex, deadline));
}

int mtx_trylock(mtx_t* mutex) {
    return status_of(pthread_mutex_trylock((pthread_mutex_t*)mutex));
}

int mtx_unlock(mtx_t* mutex) {
    return status_of(pthread_mutex_unlock((pthread_mutex_t*)mutex));
}

void mtx_destroy(mtx_t* mutex) {
    pthread_mutex_destroy((pthread_mutex_t*)mutex);
}

void call_once(once_flag* flag, void (*function)(void)) {
    pthread_once(&flag->__data, function);
}

int cnd_init(cnd_t* condition) {
    return status_of(pthread_cond_init((pthread_cond_t*)condition, 0));
}

int cnd_signal(cnd_t* condition) {
    return status_of(pthread_cond_signal((pthread_cond_t*)condition));
}

int cnd_broadcast(cnd_t* condition) {
    return status_of(pthread_cond_broadcast((pthread_cond_t*)condition));
}

int cnd_wait(cnd_t* condition, mtx_t* mutex) {
    return status_of(pthread_cond_wait((pthread_cond_t*)condition, (pthread_mutex_t*)mutex));
}

int cnd_timedwait(cnd_t* condition, mtx_t* mutex, const struct timespec* deadline) {
    return status_of(pthread_cond_timedwait((pthread_cond_t*)condition, (pthread_mutex_t*)mutex, deadline));
}

void cnd_destroy(cnd_t* condition) {
    pthread_cond_destroy((pthread_cond_t*)condition);
}

int tss_create(tss_t* key, tss_dtor_t destructor) {
    return status_of(pthread_key_create(key, destructor));
}

void* tss_get(tss_t key) {
    return pthread_getspecific(key);
}

int tss_set(tss_t key, void* value) {
    return status_of(pthread_setspecific(key, value));
}

void tss_delete(tss_t key) {
    pthread_key_delete(key);
}
