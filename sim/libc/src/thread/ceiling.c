// PTHREAD_PRIO_PROTECT: who holds such a mutex runs with at least the priority that is its ceiling. The futex word has the
// ceiling in its upper bits, and 0, 1 or 2 in the lower ones as other mutexes have. All is done here, by
// sched_setscheduler(2), as in glibc; so a thread of SCHED_OTHER, which has no such priorities, gets EINVAL.
#include <bits/thread.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <sys/syscall.h>

enum { CEILING_SHIFT = 19, STATE = (1 << CEILING_SHIFT) - 1, NOBODY = -1, TYPE = 3, PROTECTS = 64, SHARED = 128 };
enum { WAIT_BITSET = 9, WAKE = 1, PRIVATE = 128, EVERYBODY = 0x7fffffff };
enum { ATTRIBUTE_SHIFT = 12, ATTRIBUTE = 0x7f };  ///< where the attributes have it

#define PRIVATE_FLAG(mutex) (((mutex)->__data.__kind & SHARED) ? 0 : PRIVATE)

static int lowest, highest;  ///< priorities of SCHED_FIFO; 0: not asked for yet

static void learn_bounds(void) {
    if (highest) return;
    highest = (int)RAW1(SYS_sched_get_priority_max, SCHED_FIFO);
    lowest = (int)RAW1(SYS_sched_get_priority_min, SCHED_FIFO);
}

int __ceiling_learn_own(struct __pthread* self) {
    struct __ceilings* held = &self->ceilings;
    if (held->knows_own) return 0;
    struct sched_param parameters;
    long result = RAW2(SYS_sched_getparam, self->tid, &parameters);
    if (result < 0) return (int)-result;
    result = RAW1(SYS_sched_getscheduler, self->tid);
    if (result < 0) return (int)-result;
    held->priority = parameters.sched_priority;
    held->policy = (int)result;
    held->knows_own = 1;
    return 0;
}

/// A mutex with ceiling `left` is given up, one with ceiling `taken` is held (or about to be): EAGAIN, and what
/// sched_setscheduler() gives; as in glibc, it counts as held all the same.
static int change(struct __pthread* self, int left, int taken) {
    struct __ceilings* held = &self->ceilings;
    int before = held->highest, now = before;
    learn_bounds();
    if (taken != NOBODY) {
        if (held->counts[taken] == 255) return EAGAIN;
        held->counts[taken]++;
        if (taken > now) now = taken;
    }
    if (left != NOBODY && --held->counts[left] == 0 && left == before && left > taken)
        for (now = left; now > 0 && held->counts[now] == 0;) now--;
    if (now == before) return 0;
    held->highest = now;
    int result = __ceiling_learn_own(self);
    if (result != 0) return result;
    if (held->priority >= now && held->priority >= before) return 0;
    struct sched_param parameters = {held->priority < now ? now : held->priority};
    return (int)-RAW3(SYS_sched_setscheduler, self->tid, held->policy, &parameters);
}

int __ceiling_lock(struct __pthread* self, pthread_mutex_t* mutex, int may_wait, int clock_flag,
                   const struct timespec* deadline) {
    int* word = &mutex->__data.__lock;
    int held = NOBODY;
    if ((mutex->__data.__kind & TYPE) == PTHREAD_MUTEX_ERRORCHECK && mutex->__data.__owner == self->tid)
        return may_wait ? EDEADLK : EBUSY;
    if (deadline && (deadline->tv_nsec < 0 || deadline->tv_nsec >= 1000000000)) return EINVAL;
    for (;;) {
        int ceiling = (int)((unsigned int)__ipclab_atomic_load(word, 4) >> CEILING_SHIFT);
        int result = __ceiling_learn_own(self);
        // pthread_mutex_lock(3p): the caller's priority is higher than the ceiling
        if (result == 0 && self->ceilings.priority > ceiling) result = EINVAL;
        if (result != 0) {
            if (held != NOBODY) change(self, held, NOBODY);
            return result;
        }
        result = change(self, held, ceiling);
        if (result != 0) return result;
        held = ceiling;
        int base = ceiling << CEILING_SHIFT, value = base;
        if (__ipclab_atomic_cas(word, &value, base | 1, 4)) return 0;
        if (!may_wait) {
            change(self, held, NOBODY);
            return EBUSY;
        }
        while ((value & ~STATE) == base) {
            if ((value & STATE) == 0) {
                if (__ipclab_atomic_cas(word, &value, base | 2, 4)) return 0;
                continue;
            }
            if ((value & STATE) == 1 && !__ipclab_atomic_cas(word, &value, base | 2, 4)) continue;
            long waited = RAW6(SYS_futex, word, (deadline ? WAIT_BITSET | clock_flag : 0) | PRIVATE_FLAG(mutex), base | 2,
                               deadline, 0, deadline ? -1 : 0);
            if (waited == -ETIMEDOUT) {
                change(self, held, NOBODY);
                return ETIMEDOUT;
            }
            value = __ipclab_atomic_load(word, 4);
        }
        // somebody has changed the ceiling
    }
}

int __ceiling_unlock(struct __pthread* self, pthread_mutex_t* mutex) {
    int* word = &mutex->__data.__lock;
    int before = __ipclab_atomic_and(word, ~STATE, 4);
    if ((before & STATE) > 1) RAW3(SYS_futex, word, WAKE | PRIVATE_FLAG(mutex), 1);
    return change(self, (int)((unsigned int)before >> CEILING_SHIFT), NOBODY);
}

int pthread_mutexattr_getprioceiling(const pthread_mutexattr_t* attributes, int* ceiling) {
    *ceiling = attributes->__align >> ATTRIBUTE_SHIFT & ATTRIBUTE;
    if (*ceiling == 0) {
        learn_bounds();
        *ceiling = lowest;
    }
    return 0;
}

int pthread_mutexattr_setprioceiling(pthread_mutexattr_t* attributes, int ceiling) {
    learn_bounds();
    if (ceiling < lowest || ceiling > highest) return EINVAL;
    attributes->__align = (attributes->__align & ~(ATTRIBUTE << ATTRIBUTE_SHIFT)) | ceiling << ATTRIBUTE_SHIFT;
    return 0;
}

void __ceiling_init(pthread_mutex_t* mutex, const pthread_mutexattr_t* attributes) {
    int ceiling;
    pthread_mutexattr_getprioceiling(attributes, &ceiling);
    mutex->__data.__lock = ceiling << CEILING_SHIFT;
}

void __ceiling_note_own(struct __pthread* thread, int policy, int priority) {
    thread->ceilings.policy = policy;
    thread->ceilings.priority = priority;
    thread->ceilings.knows_own = 1;
}

int pthread_mutex_getprioceiling(const pthread_mutex_t* mutex, int* ceiling) {
    if (!(mutex->__data.__kind & PROTECTS)) return EINVAL;
    *ceiling = (int)((unsigned int)mutex->__data.__lock >> CEILING_SHIFT);
    return 0;
}

int pthread_mutex_setprioceiling(pthread_mutex_t* mutex, int ceiling, int* old) {
    struct __pthread* self = THREAD_SELF;
    int* word = &mutex->__data.__lock;
    if (!(mutex->__data.__kind & PROTECTS)) return EINVAL;
    learn_bounds();
    if (ceiling < lowest || ceiling > highest) return EINVAL;
    if (self->tid == 0) self->tid = (int)RAW0(SYS_gettid);
    int is_held = mutex->__data.__owner == self->tid && (mutex->__data.__kind & TYPE) != PTHREAD_MUTEX_NORMAL;
    int value = __ipclab_atomic_load(word, 4);
    while (!is_held) {  // locks it, whatever the caller's priority
        int base = value & ~STATE;
        if ((value & STATE) == 0) {
            if (__ipclab_atomic_cas(word, &value, base | 1, 4)) break;
            continue;
        }
        if ((value & STATE) == 1 && !__ipclab_atomic_cas(word, &value, base | 2, 4)) continue;
        RAW4(SYS_futex, word, PRIVATE_FLAG(mutex), base | 2, 0);
        value = __ipclab_atomic_load(word, 4);
    }
    int before = (int)((unsigned int)value >> CEILING_SHIFT);
    if (old) *old = before;
    if (is_held) {
        int result = change(self, before, ceiling);
        if (result != 0) return result;
    }
    // Who waits looks at the new ceiling first.
    __ipclab_atomic_exchange(word, ceiling << CEILING_SHIFT | (is_held ? 2 : 0), 4);
    RAW3(SYS_futex, word, WAKE | PRIVATE_FLAG(mutex), EVERYBODY);
    return 0;
}
