// Condition variables. The futex word counts signals: who waits sleeps while it has the value that it had under the mutex,
// so that no signal is missed. A waiter may wake without a signal of its own, as POSIX allows.
#include <bits/thread.h>
#include <errno.h>
#include <pthread.h>

enum { WAIT_BITSET = 9, WAKE = 1, REALTIME = 256, PRIVATE = 128, EVERYBODY = 0x7fffffff };

int pthread_cond_init(pthread_cond_t* condition, const pthread_condattr_t* attributes) {
    __ipclab_memset(condition, 0, sizeof *condition);
    if (attributes) {
        condition->__data.__shared = attributes->__align & 1;
        condition->__data.__clock = attributes->__align >> 1;
    }
    return 0;
}

int pthread_cond_destroy(pthread_cond_t* condition) {
    (void)condition;
    return 0;
}

static int wake(pthread_cond_t* condition, int most) {
    if (__ipclab_atomic_load(&condition->__data.__waiters, 4) == 0) return 0;
    __ipclab_atomic_add(&condition->__data.__sequence, 1, 4);
    RAW3(SYS_futex, &condition->__data.__sequence, WAKE | (condition->__data.__shared ? 0 : PRIVATE), most);
    return 0;
}

int pthread_cond_signal(pthread_cond_t* condition) {
    return wake(condition, 1);
}

int pthread_cond_broadcast(pthread_cond_t* condition) {
    return wake(condition, EVERYBODY);
}

struct waiting {
    pthread_cond_t* condition;
    pthread_mutex_t* mutex;
};

/// pthread_cond_wait(3): a cancelled thread holds the mutex again when its clean-up functions run.
static void stop_waiting(void* argument) {
    struct waiting* waiting = argument;
    __ipclab_atomic_add(&waiting->condition->__data.__waiters, -1, 4);
    pthread_mutex_lock(waiting->mutex);
}

static int wait_until(pthread_cond_t* condition, pthread_mutex_t* mutex, int clock_flag, const struct timespec* deadline) {
    struct __pthread* self = THREAD_SELF;
    if (deadline && (deadline->tv_nsec < 0 || deadline->tv_nsec >= 1000000000)) return EINVAL;
    unsigned int sequence = (unsigned int)__ipclab_atomic_load(&condition->__data.__sequence, 4);
    __ipclab_atomic_add(&condition->__data.__waiters, 1, 4);
    int result = pthread_mutex_unlock(mutex);
    if (result != 0) {
        __ipclab_atomic_add(&condition->__data.__waiters, -1, 4);
        return result;
    }
    struct waiting waiting = {condition, mutex};
    struct __cleanup undo = {stop_waiting, &waiting, self->cleanups};
    self->cleanups = &undo;
    long waited;
    do {
        waited = CANCELLABLE(RAW6(SYS_futex, &condition->__data.__sequence,
                                  WAIT_BITSET | clock_flag | (condition->__data.__shared ? 0 : PRIVATE), sequence, deadline,
                                  0, -1));
    } while (waited == -EINTR);
    self->cleanups = undo.outer;
    __ipclab_atomic_add(&condition->__data.__waiters, -1, 4);
    result = pthread_mutex_lock(mutex);
    return result != 0 ? result : waited == -ETIMEDOUT ? ETIMEDOUT : 0;
}

int pthread_cond_wait(pthread_cond_t* condition, pthread_mutex_t* mutex) {
    return wait_until(condition, mutex, REALTIME, 0);
}

int pthread_cond_timedwait(pthread_cond_t* condition, pthread_mutex_t* mutex, const struct timespec* deadline) {
    return wait_until(condition, mutex, condition->__data.__clock == CLOCK_REALTIME ? REALTIME : 0, deadline);
}

int pthread_cond_clockwait(pthread_cond_t* condition, pthread_mutex_t* mutex, clockid_t clock,
                           const struct timespec* deadline) {
    if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC) return EINVAL;
    return wait_until(condition, mutex, clock == CLOCK_REALTIME ? REALTIME : 0, deadline);
}

int pthread_condattr_init(pthread_condattr_t* attributes) {
    attributes->__align = 0;
    return 0;
}

int pthread_condattr_destroy(pthread_condattr_t* attributes) {
    (void)attributes;
    return 0;
}

int pthread_condattr_getpshared(const pthread_condattr_t* attributes, int* shared) {
    *shared = attributes->__align & 1;
    return 0;
}

int pthread_condattr_setpshared(pthread_condattr_t* attributes, int shared) {
    if (shared != 0 && shared != 1) return EINVAL;
    attributes->__align = (attributes->__align & ~1) | shared;
    return 0;
}

int pthread_condattr_getclock(const pthread_condattr_t* attributes, clockid_t* clock) {
    *clock = attributes->__align >> 1;
    return 0;
}

int pthread_condattr_setclock(pthread_condattr_t* attributes, clockid_t clock) {
    if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC) return EINVAL;
    attributes->__align = (attributes->__align & 1) | clock << 1;
    return 0;
}
