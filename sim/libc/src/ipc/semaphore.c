// POSIX semaphores. The counter is taken by compare-and-exchange; at 0 the caller sleeps on it by futex() until
// sem_post() raises it. `waiters` spares sem_post() the call where nobody sleeps.
#include <bits/thread.h>
#include <errno.h>
#include <limits.h>
#include <semaphore.h>

enum { WAIT_BITSET = 9, WAKE = 1, CLOCK_REALTIME_FLAG = 256, SHARED = 128, PRIVATE = 128 };

#define PRIVATE_FLAG(semaphore) (PRIVATE ^ (semaphore)->__data.__shared)

int sem_init(sem_t* semaphore, int shared, unsigned int value) {
    if (value > SEM_VALUE_MAX) {
        errno = EINVAL;
        return -1;
    }
    semaphore->__data.__value = value;
    semaphore->__data.__waiters = 0;
    semaphore->__data.__shared = shared ? SHARED : 0;
    return 0;
}

int sem_destroy(sem_t* semaphore) {
    (void)semaphore;
    return 0;
}

int sem_getvalue(sem_t* semaphore, int* value) {
    *value = (int)__ipclab_atomic_load(&semaphore->__data.__value, 4);
    return 0;
}

/// 1 where the semaphore was taken.
static int take(sem_t* semaphore) {
    unsigned int value = (unsigned int)__ipclab_atomic_load(&semaphore->__data.__value, 4);
    while (value > 0)
        if (__ipclab_atomic_cas(&semaphore->__data.__value, &value, value - 1, 4)) return 1;
    return 0;
}

int sem_trywait(sem_t* semaphore) {
    if (take(semaphore)) return 0;
    errno = EAGAIN;
    return -1;
}

static void stop_waiting(void* semaphore) {
    __ipclab_atomic_add(&((sem_t*)semaphore)->__data.__waiters, -1, 4);
}

static int wait_until(sem_t* semaphore, int clock_flag, const struct timespec* deadline) {
    if (take(semaphore)) return 0;
    if (deadline && (deadline->tv_nsec < 0 || deadline->tv_nsec >= 1000000000)) {
        errno = EINVAL;
        return -1;
    }
    long result = 0;
    struct __pthread* self = THREAD_SELF;
    struct __cleanup undo = {stop_waiting, semaphore, self->cleanups};
    __ipclab_atomic_add(&semaphore->__data.__waiters, 1, 4);
    self->cleanups = &undo;
    while (!take(semaphore)) {
        result = CANCELLABLE(RAW6(SYS_futex, &semaphore->__data.__value,
                                  WAIT_BITSET | clock_flag | PRIVATE_FLAG(semaphore), 0, deadline, 0, -1));
        if (result != 0 && result != -EAGAIN) break;  // EAGAIN: the value has changed meanwhile
        result = 0;
    }
    self->cleanups = undo.outer;
    stop_waiting(semaphore);
    return (int)__syscall_result(result);
}

int sem_wait(sem_t* semaphore) {
    return wait_until(semaphore, CLOCK_REALTIME_FLAG, 0);
}

int sem_timedwait(sem_t* semaphore, const struct timespec* deadline) {
    return wait_until(semaphore, CLOCK_REALTIME_FLAG, deadline);
}

int sem_clockwait(sem_t* semaphore, clockid_t clock, const struct timespec* deadline) {
    if (clock != 0 && clock != 1) {
        errno = EINVAL;
        return -1;
    }
    return wait_until(semaphore, clock == 0 ? CLOCK_REALTIME_FLAG : 0, deadline);
}

int sem_post(sem_t* semaphore) {
    unsigned int value = (unsigned int)__ipclab_atomic_load(&semaphore->__data.__value, 4);
    do {
        if (value == SEM_VALUE_MAX) {
            errno = EOVERFLOW;
            return -1;
        }
    } while (!__ipclab_atomic_cas(&semaphore->__data.__value, &value, value + 1, 4));
    if (__ipclab_atomic_load(&semaphore->__data.__waiters, 4) > 0)
        RAW3(SYS_futex, &semaphore->__data.__value, WAKE | PRIVATE_FLAG(semaphore), 1);
    return 0;
}
