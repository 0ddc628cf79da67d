// Readers-writer locks: `__state` is the number of readers, or -1 for a writer. Whoever has to wait sleeps on it as he saw
// it; whoever makes it 0 wakes all. (No count of releases: with one, a program that locks for ever would never come back
// to a state in which it has been.) By default readers go ahead of waiting writers, as glibc's do.
#include <bits/thread.h>
#include <errno.h>
#include <pthread.h>

enum { WAIT_BITSET = 9, WAKE = 1, REALTIME = 256, PRIVATE = 128, EVERYBODY = 0x7fffffff };

static int own_id(void) {
    struct __pthread* self = THREAD_SELF;
    if (self->tid == 0) self->tid = (int)RAW0(SYS_gettid);
    return self->tid;
}

int pthread_rwlock_init(pthread_rwlock_t* lock, const pthread_rwlockattr_t* attributes) {
    __ipclab_memset(lock, 0, sizeof *lock);
    if (attributes) {
        lock->__data.__shared = (int)(attributes->__align & 1);
        lock->__data.__kind = (int)(attributes->__align >> 1);
    }
    return 0;
}

int pthread_rwlock_destroy(pthread_rwlock_t* lock) {
    (void)lock;
    return 0;
}

static int wait_for_release(pthread_rwlock_t* lock, int seen, int clock_flag, const struct timespec* deadline) {
    if (deadline && (deadline->tv_nsec < 0 || deadline->tv_nsec >= 1000000000)) return EINVAL;
    long result = RAW6(SYS_futex, &lock->__data.__state,
                       WAIT_BITSET | clock_flag | (lock->__data.__shared ? 0 : PRIVATE), seen, deadline, 0, -1);
    return result == -ETIMEDOUT ? ETIMEDOUT : 0;
}

static void wake_all(pthread_rwlock_t* lock) {
    RAW3(SYS_futex, &lock->__data.__state, WAKE | (lock->__data.__shared ? 0 : PRIVATE), EVERYBODY);
}

/// 0: locked; else the state that keeps him out.
static int try_read(pthread_rwlock_t* lock) {
    int state = (int)__ipclab_atomic_load(&lock->__data.__state, 4);
    for (;;) {
        if (state < 0) return state;
        if (state > 0 && lock->__data.__kind == PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP &&
            lock->__data.__writers > 0)
            return state;
        if (__ipclab_atomic_cas(&lock->__data.__state, &state, state + 1, 4)) return 0;
    }
}

/// As try_read().
static int try_write(pthread_rwlock_t* lock) {
    int state = 0;
    if (!__ipclab_atomic_cas(&lock->__data.__state, &state, -1, 4)) return state;
    lock->__data.__owner = own_id();
    return 0;
}

static int lock_read(pthread_rwlock_t* lock, int clock_flag, const struct timespec* deadline) {
    if (lock->__data.__state < 0 && lock->__data.__owner == own_id()) return EDEADLK;
    for (;;) {
        int seen = try_read(lock);
        if (seen == 0) return 0;
        int result = wait_for_release(lock, seen, clock_flag, deadline);
        if (result != 0) return result;
    }
}

static int lock_write(pthread_rwlock_t* lock, int clock_flag, const struct timespec* deadline) {
    if (lock->__data.__state < 0 && lock->__data.__owner == own_id()) return EDEADLK;
    if (try_write(lock) == 0) return 0;
    int result = 0;
    __ipclab_atomic_add(&lock->__data.__writers, 1, 4);
    for (;;) {
        int seen = try_write(lock);
        if (seen == 0) break;
        result = wait_for_release(lock, seen, clock_flag, deadline);
        if (result != 0) break;
    }
    int writers = (int)__ipclab_atomic_add(&lock->__data.__writers, -1, 4) - 1;
    // Readers that let him go first need not wait for him any more.
    if (result != 0 && writers == 0 && lock->__data.__kind == PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP)
        wake_all(lock);
    return result;
}

int pthread_rwlock_rdlock(pthread_rwlock_t* lock) {
    return lock_read(lock, REALTIME, 0);
}

int pthread_rwlock_tryrdlock(pthread_rwlock_t* lock) {
    return try_read(lock) == 0 ? 0 : EBUSY;
}

int pthread_rwlock_clockrdlock(pthread_rwlock_t* lock, clockid_t clock, const struct timespec* deadline) {
    if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC) return EINVAL;
    return lock_read(lock, clock == CLOCK_REALTIME ? REALTIME : 0, deadline);
}

int pthread_rwlock_timedrdlock(pthread_rwlock_t* lock, const struct timespec* deadline) {
    return lock_read(lock, REALTIME, deadline);
}

int pthread_rwlock_wrlock(pthread_rwlock_t* lock) {
    return lock_write(lock, REALTIME, 0);
}

int pthread_rwlock_trywrlock(pthread_rwlock_t* lock) {
    return try_write(lock) == 0 ? 0 : EBUSY;
}

int pthread_rwlock_clockwrlock(pthread_rwlock_t* lock, clockid_t clock, const struct timespec* deadline) {
    if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC) return EINVAL;
    return lock_write(lock, clock == CLOCK_REALTIME ? REALTIME : 0, deadline);
}

int pthread_rwlock_timedwrlock(pthread_rwlock_t* lock, const struct timespec* deadline) {
    return lock_write(lock, REALTIME, deadline);
}

int pthread_rwlock_unlock(pthread_rwlock_t* lock) {
    int left = 0;
    if (lock->__data.__state < 0) {
        lock->__data.__owner = 0;
        __ipclab_atomic_store(&lock->__data.__state, 0, 4);
    } else {
        left = (int)__ipclab_atomic_add(&lock->__data.__state, -1, 4) - 1;
    }
    if (left == 0) wake_all(lock);
    return 0;
}

int pthread_rwlockattr_init(pthread_rwlockattr_t* attributes) {
    attributes->__align = 0;
    return 0;
}

int pthread_rwlockattr_destroy(pthread_rwlockattr_t* attributes) {
    (void)attributes;
    return 0;
}

int pthread_rwlockattr_getpshared(const pthread_rwlockattr_t* attributes, int* shared) {
    *shared = (int)(attributes->__align & 1);
    return 0;
}

int pthread_rwlockattr_setpshared(pthread_rwlockattr_t* attributes, int shared) {
    if (shared != 0 && shared != 1) return EINVAL;
    attributes->__align = (attributes->__align & ~1L) | shared;
    return 0;
}

int pthread_rwlockattr_getkind_np(const pthread_rwlockattr_t* attributes, int* kind) {
    *kind = (int)(attributes->__align >> 1);
    return 0;
}

int pthread_rwlockattr_setkind_np(pthread_rwlockattr_t* attributes, int kind) {
    if (kind < 0 || kind > PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP) return EINVAL;
    attributes->__align = (attributes->__align & 1) | (long)kind << 1;
    return 0;
}
