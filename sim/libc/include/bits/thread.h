// What the library keeps of a thread: the thread pointer leads to it (__ipclab_thread_pointer), pthread_t is its address.
// The first thread's is static; every other's lies at the upper end of its stack.
#ifndef _BITS_THREAD_H
#define _BITS_THREAD_H

#include <bits/pthreadtypes.h>
#include <bits/syscall.h>
#include <bits/types.h>

enum { THREAD_KEYS = 1024, THREAD_KEY_ROUNDS = 4 };

enum { JOINABLE, DETACHED, JOINED, ENDED };  ///< JOINED: somebody waits for it. ENDED: joinable still

/// A function of pthread_cleanup_push(), in the frame that pushed it.
struct __cleanup {
    void (*routine)(void*);
    void* argument;
    struct __cleanup* outer;
};

/// set_robust_list(2): the locks that the kernel marks when the thread ends.
struct __robust_list {
    void** first;  ///< an entry's own `next`; the last one leads back here
    long way;      ///< from an entry to its futex word
    void** pending;
};

struct __specific {
    unsigned int generation;  ///< of the key when the value was set
    void* value;
};

/// The mutexes with PTHREAD_PRIO_PROTECT that a thread holds.
struct __ceilings {
    unsigned char counts[100];  ///< of each ceiling, how many
    int highest;                ///< 0: it holds none
    int policy, priority, knows_own;
};

struct __pthread {
    struct __pthread* self;
    long thread_locals;  ///< distance of its thread-local objects from the first thread's; the interpreter reads it
    int error;         ///< errno
    volatile int tid;  ///< 0 once it has ended: the kernel clears it and wakes who waits here (CLONE_CHILD_CLEARTID)
    volatile int cancelled;    ///< pthread_cancel() has asked
    int is_uncancellable;      ///< PTHREAD_CANCEL_DISABLE
    volatile int is_async;     ///< PTHREAD_CANCEL_ASYNCHRONOUS, or inside a call that is a cancellation point
    volatile int joinability;  ///< JOINABLE ...
    int is_exiting;
    struct __cleanup* cleanups;
    struct __specific* specific;  ///< THREAD_KEYS of them, from the first pthread_setspecific() on
    struct __robust_list robust;
    int has_robust_list;  ///< the kernel knows it
    int is_own_stack;     ///< the program gave the stack
    void* result;
    void* (*start)(void*);
    void* argument;
    char* map;  ///< its stack with the guard below
    size_t map_bytes, guard_bytes;
    struct __pthread* next_free;
    char name[16];
    struct __ceilings ceilings;
    volatile int gate;  ///< not 0: it waits for its policy and priority, or must not begin (create.c)
};

struct timespec;

// Mutexes with PTHREAD_PRIO_PROTECT (ceiling.c). The functions give error numbers.
void __ceiling_init(pthread_mutex_t* mutex, const pthread_mutexattr_t* attributes);
int __ceiling_lock(struct __pthread* self, pthread_mutex_t* mutex, int may_wait, int clock_flag,
                   const struct timespec* deadline);
int __ceiling_unlock(struct __pthread* self, pthread_mutex_t* mutex);
/// The thread's own policy and priority become known, where they are not.
int __ceiling_learn_own(struct __pthread* thread);
void __ceiling_note_own(struct __pthread* thread, int policy, int priority);  ///< pthread_setschedparam(3)

#define THREAD_SELF ((struct __pthread*)__ipclab_thread_pointer())

extern struct __pthread __main_thread;
extern int __has_threads;             ///< not 0 from the first pthread_create() on
extern int __may_be_cancelled;        ///< not 0 from then on, too, and from the first pthread_cancel() on
extern void (*__cancel_hook)(void);  ///< ends the calling thread, which was cancelled

/// A call that is a cancellation point (pthreads(7)): where the thread is cancelled before or during it, it does not
/// return. Worth the call's raw result.
#define CANCELLABLE(raw) (__may_be_cancelled ? INTERRUPTIBLE(raw) : (raw))
#define INTERRUPTIBLE(raw) \
    ({ \
        struct __pthread* __self = THREAD_SELF; \
        int __was_async = __self->is_async; \
        __self->is_async = 1; \
        if (__self->cancelled && !__self->is_uncancellable) __cancel_hook(); \
        long __raw = (raw); \
        __self->is_async = __was_async; \
        __raw; \
    })

/// A lock for the library's own data: 0 free, 1 taken, 2 taken and waited for.
#define LOW_LOCK(word) \
    do { \
        int __free = 0; \
        if (!__ipclab_atomic_cas((word), &__free, 1, 4)) \
            while (__ipclab_atomic_exchange((word), 2, 4) != 0) \
                RAW4(SYS_futex, (word), 128 /* FUTEX_WAIT_PRIVATE */, 2, 0); \
    } while (0)
#define LOW_UNLOCK(word) \
    do { \
        if (__ipclab_atomic_exchange((word), 0, 4) == 2) RAW3(SYS_futex, (word), 129 /* FUTEX_WAKE_PRIVATE */, 1); \
    } while (0)

#endif
