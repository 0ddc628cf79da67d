// Mutexes. The futex word `__lock` is 0 free, 1 locked, 2 locked and waited for; of robust and priority-inheriting ones it
// holds the owner's thread id and the kernel's flags (futex(2), get_robust_list(2)). An uncontended lock needs no call.
#include <bits/thread.h>
#include <errno.h>
#include <pthread.h>

enum {
    TYPE = 3,
    ROBUST = 16,
    INHERITS = 32,
    PROTECTS = 64,           ///< sim/libc/src/thread/ceiling.c
    CEILING = 0x7f << 12,    ///< in the attributes
    SHARED = 128,
    WAIT_BITSET = 9,
    WAKE = 1,
    LOCK_PI = 6,
    UNLOCK_PI = 7,
    LOCK_PI2 = 13,
    REALTIME = 256,
    PRIVATE = 128,
    INCONSISTENT = 0x7fffffff,  ///< in __owner: taken from a dead owner
    UNRECOVERABLE = 0x7ffffffe
};
#define WAITERS 0x80000000u
#define OWNER_DIED 0x40000000u
#define TID_MASK 0x3fffffffu

#define PRIVATE_FLAG(mutex) (((mutex)->__data.__kind & SHARED) ? 0 : PRIVATE)

/// The calling thread's id; asked for once.
static int own_id(struct __pthread* self) {
    if (self->tid == 0) self->tid = (int)RAW0(SYS_gettid);
    return self->tid;
}

int pthread_mutex_init(pthread_mutex_t* mutex, const pthread_mutexattr_t* attributes) {
    int bits = attributes ? attributes->__align : 0;
    // glibc: robust ones with a ceiling there are not
    if ((bits & PROTECTS) && (bits & ROBUST)) return ENOTSUP;
    __ipclab_memset(mutex, 0, sizeof *mutex);
    mutex->__data.__kind = bits & ~CEILING;
    if (bits & PROTECTS) __ceiling_init(mutex, attributes);
    return 0;
}

int pthread_mutex_destroy(pthread_mutex_t* mutex) {
    if (!(mutex->__data.__kind & ROBUST) && mutex->__data.__nusers != 0) return EBUSY;
    mutex->__data.__kind = -1;
    return 0;
}

/// Sleeps until the plain word is free. Absolute deadline; null: none.
static int lock_slowly(pthread_mutex_t* mutex, int clock_flag, const struct timespec* deadline) {
    int* word = &mutex->__data.__lock;
    if (deadline && (deadline->tv_nsec < 0 || deadline->tv_nsec >= 1000000000)) return EINVAL;
    while (__ipclab_atomic_exchange(word, 2, 4) != 0) {
        long result = RAW6(SYS_futex, word, (deadline ? WAIT_BITSET | clock_flag : 0) | PRIVATE_FLAG(mutex), 2, deadline, 0,
                           deadline ? -1 : 0);
        if (result == -ETIMEDOUT || result == -EINVAL) return (int)-result;
    }
    return 0;
}

// ---- Robust ones: the kernel finds them in a list

static void enlist(struct __pthread* self, pthread_mutex_t* mutex) {
    void** entry = &mutex->__data.__list[1];
    if (!self->has_robust_list) {
        self->robust.first = (void**)&self->robust.first;
        self->robust.way = (char*)&mutex->__data.__lock - (char*)entry;
        RAW2(SYS_set_robust_list, &self->robust, sizeof self->robust);
        self->has_robust_list = 1;
    }
    long mark = (mutex->__data.__kind & INHERITS) != 0;
    void** first = (void**)((long)self->robust.first & ~1L);
    entry[0] = self->robust.first;
    entry[-1] = &self->robust.first;
    if (first != (void**)&self->robust.first) first[-1] = (char*)entry + mark;
    self->robust.first = (void**)((char*)entry + mark);
}

static void delist(struct __pthread* self, pthread_mutex_t* mutex) {
    void** entry = &mutex->__data.__list[1];
    void** next = (void**)((long)entry[0] & ~1L);
    void** before = (void**)((long)entry[-1] & ~1L);
    if (next != (void**)&self->robust.first) next[-1] = entry[-1];
    *before = entry[0];
    entry[0] = entry[-1] = 0;
}

static int lock_by_id(struct __pthread* self, pthread_mutex_t* mutex, int may_wait, int clock_flag,
                      const struct timespec* deadline) {
    unsigned int* word = (unsigned int*)&mutex->__data.__lock;
    int kind = mutex->__data.__kind, id = own_id(self), robust = kind & ROBUST;
    unsigned int value = 0;
    if (deadline && (deadline->tv_nsec < 0 || deadline->tv_nsec >= 1000000000)) return EINVAL;
    for (;;) {
        value = (unsigned int)__ipclab_atomic_load(word, 4);
        if ((value & TID_MASK) == (unsigned int)id && (kind & TYPE) == PTHREAD_MUTEX_ERRORCHECK) return EDEADLK;
        if (mutex->__data.__owner == UNRECOVERABLE) return ENOTRECOVERABLE;
        if ((value & TID_MASK) == 0) {
            unsigned int mine = (unsigned int)id | (value & WAITERS);
            if (!__ipclab_atomic_cas(word, &value, mine, 4)) continue;
            break;
        }
        if (!may_wait) return EBUSY;
        if (kind & INHERITS) {
            int command = deadline && clock_flag == 0 ? LOCK_PI2 : LOCK_PI;
            long result = RAW4(SYS_futex, word, command | PRIVATE_FLAG(mutex), 0, deadline);
            if (result == 0) {
                value = (unsigned int)__ipclab_atomic_load(word, 4);
                __ipclab_atomic_and(word, ~OWNER_DIED, 4);
                break;
            }
            if (result == -EAGAIN) continue;
            // a plain mutex that is locked twice, or whose owner has ended: nobody will ever unlock it
            if (result == -EDEADLK && (kind & TYPE) == PTHREAD_MUTEX_ERRORCHECK) return EDEADLK;
            if (result == -EDEADLK || (result == -ESRCH && !robust))
                for (;;) RAW0(SYS_pause);
            return (int)-result;
        }
        if (!(value & WAITERS) && !__ipclab_atomic_cas(word, &value, value | WAITERS, 4)) continue;
        long result = RAW6(SYS_futex, word, (deadline ? WAIT_BITSET | clock_flag : 0) | PRIVATE_FLAG(mutex),
                           value | WAITERS, deadline, 0, deadline ? -1 : 0);
        if (result == -ETIMEDOUT) return ETIMEDOUT;
        // whoever has slept cannot know that it was the only one
        if (result == 0 && robust) {
            value = 0;
            if (__ipclab_atomic_cas(word, &value, (unsigned int)id | WAITERS, 4)) break;
        }
    }
    if (robust) enlist(self, mutex);
    mutex->__data.__count = 1;
    mutex->__data.__nusers++;
    if (robust && (value & OWNER_DIED)) {
        mutex->__data.__owner = INCONSISTENT;
        return EOWNERDEAD;
    }
    mutex->__data.__owner = id;
    return 0;
}

static int unlock_by_id(struct __pthread* self, pthread_mutex_t* mutex) {
    unsigned int* word = (unsigned int*)&mutex->__data.__lock;
    int kind = mutex->__data.__kind, id = own_id(self);
    if (((unsigned int)__ipclab_atomic_load(word, 4) & TID_MASK) != (unsigned int)id) return EPERM;
    // pthread_mutex_consistent(3): unlocked without it, the mutex can never be used again
    if (mutex->__data.__owner == INCONSISTENT)
        mutex->__data.__owner = UNRECOVERABLE;
    else
        mutex->__data.__owner = 0;
    mutex->__data.__nusers--;
    if (kind & ROBUST) delist(self, mutex);
    unsigned int mine = (unsigned int)id;
    if (kind & INHERITS) {
        if (!__ipclab_atomic_cas(word, &mine, 0, 4)) RAW2(SYS_futex, word, UNLOCK_PI | PRIVATE_FLAG(mutex));
        return 0;
    }
    if ((unsigned int)__ipclab_atomic_exchange(word, 0, 4) & WAITERS)
        RAW3(SYS_futex, word, WAKE | PRIVATE_FLAG(mutex), mutex->__data.__owner == UNRECOVERABLE ? 0x7fffffff : 1);
    return 0;
}

// ---- All kinds

static int lock_any(pthread_mutex_t* mutex, int may_wait, int clock_flag, const struct timespec* deadline) {
    struct __pthread* self = THREAD_SELF;
    int kind = mutex->__data.__kind, id = own_id(self), type = kind & TYPE;
    if (kind < 0) return EINVAL;
    if (type == PTHREAD_MUTEX_RECURSIVE && mutex->__data.__owner == id) {
        if (mutex->__data.__count + 1 == 0) return EAGAIN;
        mutex->__data.__count++;
        return 0;
    }
    if (kind & (ROBUST | INHERITS)) return lock_by_id(self, mutex, may_wait, clock_flag, deadline);
    if (kind & PROTECTS) {
        int result = __ceiling_lock(self, mutex, may_wait, clock_flag, deadline);
        if (result != 0) return result;
        mutex->__data.__count = 1;
        mutex->__data.__owner = id;
        mutex->__data.__nusers++;
        return 0;
    }
    if (type == PTHREAD_MUTEX_ERRORCHECK && mutex->__data.__owner == id) return may_wait ? EDEADLK : EBUSY;
    int free = 0;
    if (!__ipclab_atomic_cas(&mutex->__data.__lock, &free, 1, 4)) {
        if (!may_wait) return EBUSY;
        int result = lock_slowly(mutex, clock_flag, deadline);
        if (result != 0) return result;
    }
    mutex->__data.__count = 1;
    mutex->__data.__owner = id;
    mutex->__data.__nusers++;
    return 0;
}

int pthread_mutex_lock(pthread_mutex_t* mutex) {
    int free = 0;
    struct __pthread* self = THREAD_SELF;
    if ((mutex->__data.__kind & ~SHARED) == 0 && self->tid != 0 &&
        __ipclab_atomic_cas(&mutex->__data.__lock, &free, 1, 4)) {
        mutex->__data.__owner = self->tid;
        mutex->__data.__nusers++;
        return 0;
    }
    return lock_any(mutex, 1, 0, 0);
}

int pthread_mutex_trylock(pthread_mutex_t* mutex) {
    return lock_any(mutex, 0, 0, 0);
}

int pthread_mutex_clocklock(pthread_mutex_t* mutex, clockid_t clock, const struct timespec* deadline) {
    if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC) return EINVAL;
    return lock_any(mutex, 1, clock == CLOCK_REALTIME ? REALTIME : 0, deadline);
}

int pthread_mutex_timedlock(pthread_mutex_t* mutex, const struct timespec* deadline) {
    return pthread_mutex_clocklock(mutex, CLOCK_REALTIME, deadline);
}

int pthread_mutex_unlock(pthread_mutex_t* mutex) {
    int kind = mutex->__data.__kind, type = kind & TYPE;
    if (kind < 0) return EINVAL;
    if (kind & ~SHARED) {
        struct __pthread* self = THREAD_SELF;
        int id = own_id(self);
        if (type != PTHREAD_MUTEX_NORMAL && type != PTHREAD_MUTEX_ADAPTIVE_NP && mutex->__data.__owner != id &&
            mutex->__data.__owner != INCONSISTENT)
            return EPERM;
        if (type == PTHREAD_MUTEX_RECURSIVE && --mutex->__data.__count > 0) return 0;
        if (kind & (ROBUST | INHERITS)) return unlock_by_id(self, mutex);
        if (kind & PROTECTS) {
            mutex->__data.__owner = 0;
            mutex->__data.__nusers--;
            return __ceiling_unlock(self, mutex);
        }
    }
    mutex->__data.__owner = 0;
    mutex->__data.__nusers--;
    if (__ipclab_atomic_exchange(&mutex->__data.__lock, 0, 4) == 2)
        RAW3(SYS_futex, &mutex->__data.__lock, WAKE | PRIVATE_FLAG(mutex), 1);
    return 0;
}

int pthread_mutex_consistent(pthread_mutex_t* mutex) {
    if (!(mutex->__data.__kind & ROBUST) || mutex->__data.__owner != INCONSISTENT) return EINVAL;
    mutex->__data.__owner = own_id(THREAD_SELF);
    return 0;
}

int pthread_mutex_consistent_np(pthread_mutex_t* mutex) {
    return pthread_mutex_consistent(mutex);
}

int pthread_mutexattr_init(pthread_mutexattr_t* attributes) {
    attributes->__align = 0;
    return 0;
}

int pthread_mutexattr_destroy(pthread_mutexattr_t* attributes) {
    (void)attributes;
    return 0;
}

static int get_bits(const pthread_mutexattr_t* attributes, int bits, int* value) {
    *value = (attributes->__align & bits) != 0;
    return 0;
}

static int set_bits(pthread_mutexattr_t* attributes, int bits, int value) {
    if (value != 0 && value != 1) return EINVAL;
    attributes->__align = (attributes->__align & ~bits) | (value ? bits : 0);
    return 0;
}

int pthread_mutexattr_gettype(const pthread_mutexattr_t* attributes, int* type) {
    *type = attributes->__align & TYPE;
    return 0;
}

int pthread_mutexattr_settype(pthread_mutexattr_t* attributes, int type) {
    if (type < PTHREAD_MUTEX_NORMAL || type > PTHREAD_MUTEX_ADAPTIVE_NP) return EINVAL;
    attributes->__align = (attributes->__align & ~TYPE) | type;
    return 0;
}

int pthread_mutexattr_getpshared(const pthread_mutexattr_t* attributes, int* shared) {
    return get_bits(attributes, SHARED, shared);
}

int pthread_mutexattr_setpshared(pthread_mutexattr_t* attributes, int shared) {
    return set_bits(attributes, SHARED, shared);
}

int pthread_mutexattr_getrobust(const pthread_mutexattr_t* attributes, int* robust) {
    return get_bits(attributes, ROBUST, robust);
}

int pthread_mutexattr_setrobust(pthread_mutexattr_t* attributes, int robust) {
    return set_bits(attributes, ROBUST, robust);
}

int pthread_mutexattr_setrobust_np(pthread_mutexattr_t* attributes, int robust) {
    return set_bits(attributes, ROBUST, robust);
}

int pthread_mutexattr_getprotocol(const pthread_mutexattr_t* attributes, int* protocol) {
    int bits = attributes->__align;
    *protocol = (bits & INHERITS) ? PTHREAD_PRIO_INHERIT : (bits & PROTECTS) ? PTHREAD_PRIO_PROTECT : PTHREAD_PRIO_NONE;
    return 0;
}

int pthread_mutexattr_setprotocol(pthread_mutexattr_t* attributes, int protocol) {
    if (protocol < PTHREAD_PRIO_NONE || protocol > PTHREAD_PRIO_PROTECT) return EINVAL;
    attributes->__align = (attributes->__align & ~(INHERITS | PROTECTS)) | protocol * INHERITS;
    return 0;
}
