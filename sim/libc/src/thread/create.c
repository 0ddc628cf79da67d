// Threads from pthread_create() to pthread_join(). A stack is one mapping: guard, stack, and the struct __pthread at its
// upper end; clone(2) starts the thread there, at the function and argument that are stored in the stack's first two
// words. The kernel clears `tid` at the end and wakes who joins. Stacks of ended threads are used again.
// The explorer knows some of these functions by their names: Observer::is_note_of_threads().
#include <bits/request.h>
#include <bits/thread.h>
#include <bits/thread_attr.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>

enum {
    PAGE = 4096,
    LEAST_FREE = 4096,  ///< of a stack, besides what lies at its end
    /// CLONE_VM, FS, FILES, SIGHAND, THREAD, SYSVSEM, SETTLS, PARENT_SETTID, CHILD_CLEARTID
    CLONE_FLAGS = 0x3d0f00
};

static int lock;
static struct __pthread* free_threads;  ///< whose stack may be used again, once their tid is 0
static volatile int others;            ///< threads besides the first one that have not ended

extern void (*__thread_fork_hook)(void);
void (*__thread_data_hook)(void);  ///< destructors of thread-specific data, where a program has keys

static void run_cleanups(struct __pthread* self) {
    while (self->cleanups) {
        struct __cleanup* top = self->cleanups;
        self->cleanups = top->outer;
        top->routine(top->argument);
    }
}

/// Its stack may be used again once it has ended.
static void give_back(struct __pthread* thread) {
    if (thread == &__main_thread || thread->is_own_stack) return;
    LOW_LOCK(&lock);
    thread->next_free = free_threads;
    free_threads = thread;
    LOW_UNLOCK(&lock);
}

_Noreturn void pthread_exit(void* result) {
    struct __pthread* self = THREAD_SELF;
    self->result = result;
    self->is_uncancellable = 1;
    run_cleanups(self);
    if (__thread_data_hook) __thread_data_hook();
    self->is_exiting = 1;
    if (__ipclab_atomic_add(&others, -1, 4) == 0) exit(0);  // the last one: the process ends as by exit(0)
    int joinable = JOINABLE;
    if (!__ipclab_atomic_cas(&self->joinability, &joinable, ENDED, 4) && joinable == DETACHED) give_back(self);
    for (;;) RAW1(SYS_exit, 0);
}

enum { OPEN, CLOSED, REFUSED };  ///< __pthread::gate
enum { WAIT_PRIVATE = 128, WAKE_PRIVATE = 129 };

static void begin(struct __pthread* self) {
    while (self->gate == CLOSED) RAW4(SYS_futex, &self->gate, WAIT_PRIVATE, CLOSED, 0);
    if (self->gate == REFUSED) {
        __ipclab_atomic_add(&others, -1, 4);
        give_back(self);
        for (;;) RAW1(SYS_exit, 0);
    }
    pthread_exit(self->start(self->argument));
}

/// A stack of exactly these bytes that an ended thread has left.
static struct __pthread* take_free(size_t bytes, size_t guard) {
    struct __pthread* found = 0;
    LOW_LOCK(&lock);
    for (struct __pthread** link = &free_threads; *link; link = &(*link)->next_free)
        if ((*link)->tid == 0 && (*link)->map_bytes == bytes && (*link)->guard_bytes == guard) {
            found = *link;
            *link = found->next_free;
            break;
        }
    LOW_UNLOCK(&lock);
    return found;
}

/// Its thread-local objects lie below it, and below them its stack begins; the address of that.
static void** lay_out(struct __pthread* thread) {
    long bytes = __ipclab_thread_local_bytes();
    char* objects = (char*)((unsigned long)((char*)thread - bytes) & ~63UL);
    thread->thread_locals = __ipclab_copy_thread_locals(objects);
    return (void**)objects - 2;
}

static struct __pthread* at_top(char* map, size_t bytes) {
    return (struct __pthread*)((unsigned long)(map + bytes - sizeof(struct __pthread)) & ~63UL);
}

static struct __pthread* make_stack(const struct __attributes* wanted) {
    size_t guard = (wanted->guard_bytes + PAGE - 1) & ~(size_t)(PAGE - 1);
    size_t bytes = ((wanted->stack_bytes + PAGE - 1) & ~(size_t)(PAGE - 1)) + guard;
    struct __pthread* thread = take_free(bytes, guard);
    char* map = thread ? thread->map : 0;
    if (!thread) {
        map = (char*)RAW6(SYS_mmap, 0, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
        if ((unsigned long)map >= -4095UL) return 0;
        if (RAW3(SYS_mprotect, map + guard, bytes - guard, PROT_READ | PROT_WRITE) < 0) {
            RAW2(SYS_munmap, map, bytes);
            return 0;
        }
        thread = at_top(map, bytes);
    }
    __ipclab_memset(thread, 0, sizeof *thread);
    thread->map = map;
    thread->map_bytes = bytes;
    thread->guard_bytes = guard;
    return thread;
}

static void cancel_self(void) {
    pthread_exit(PTHREAD_CANCELED);
}

/// fork(): only the calling thread is in the child, as its first.
static void start_again(void) {
    others = 0;
    lock = 0;
}

/// pthread_attr_setinheritsched(3), PTHREAD_EXPLICIT_SCHED: the thread runs on with the policy and priority of the
/// attributes, or not at all: EPERM, EINVAL.
static int open_gate(struct __pthread* thread, int tid, const struct __attributes* wanted) {
    struct sched_param parameters = {wanted->priority};
    int result = (int)-RAW3(SYS_sched_setscheduler, tid, wanted->policy, &parameters);
    if (result == 0 && wanted->has_policy && wanted->has_priority)
        __ceiling_note_own(thread, wanted->policy, wanted->priority);
    __ipclab_atomic_exchange(&thread->gate, result == 0 ? OPEN : REFUSED, 4);
    RAW3(SYS_futex, &thread->gate, WAKE_PRIVATE, 1);
    return result;
}

int pthread_create(pthread_t* id, const pthread_attr_t* attributes, void* (*start)(void*), void* argument) {
    const struct __attributes* wanted =
        attributes ? (const struct __attributes*)attributes : &__default_attributes;
    struct __pthread* thread;
    if (wanted->stack_bytes < (size_t)__ipclab_thread_local_bytes() + sizeof *thread + LEAST_FREE) return EINVAL;
    if (wanted->has_stack) {
        thread = at_top(wanted->stack, wanted->stack_bytes);
        __ipclab_memset(thread, 0, sizeof *thread);
        thread->map = wanted->stack;
        thread->map_bytes = wanted->stack_bytes;
        thread->is_own_stack = 1;
    } else {
        thread = make_stack(wanted);
    }
    if (!thread) return EAGAIN;
    struct __pthread* self = THREAD_SELF;
    if (!__has_threads) self->tid = (int)RAW1(SYS_set_tid_address, &self->tid);
    thread->self = thread;
    thread->start = start;
    thread->argument = argument;
    thread->joinability = wanted->is_detached;
    thread->gate = wanted->is_explicit ? CLOSED : OPEN;
    __ipclab_memcpy(thread->name, self->name, sizeof thread->name);
    __has_threads = __may_be_cancelled = 1;
    __cancel_hook = cancel_self;
    __thread_fork_hook = start_again;
    *id = (pthread_t)thread;
    __ipclab_atomic_add(&others, 1, 4);
    void** stack = lay_out(thread);
    stack[0] = (void*)begin;
    stack[1] = thread;
    long result = IS_TASK_REFUSED ? -EAGAIN : RAW5(SYS_clone, CLONE_FLAGS, stack, &thread->tid, &thread->tid, thread);
    if (result >= 0) return wanted->is_explicit ? open_gate(thread, (int)result, wanted) : 0;
    __ipclab_atomic_add(&others, -1, 4);
    give_back(thread);
    return result == -ENOMEM ? EAGAIN : (int)-result;
}

int pthread_detach(pthread_t id) {
    struct __pthread* thread = (struct __pthread*)id;
    int joinable = JOINABLE;
    if (__ipclab_atomic_cas(&thread->joinability, &joinable, DETACHED, 4)) return 0;
    if (joinable != ENDED || !__ipclab_atomic_cas(&thread->joinability, &joinable, DETACHED, 4)) return EINVAL;
    give_back(thread);
    return 0;
}

/// A cancelled joiner leaves the thread to be joined by another.
static void undo_join(void* thread) {
    ((struct __pthread*)thread)->joinability = JOINABLE;
}

/// Absolute time-out; null: none.
static int join_thread(struct __pthread* thread, void** result, int clock_flag, const struct timespec* deadline) {
    struct __pthread* self = THREAD_SELF;
    if (thread->joinability == DETACHED) return EINVAL;
    if (thread == self) return EDEADLK;
    int joinable = JOINABLE;
    if (!__ipclab_atomic_cas(&thread->joinability, &joinable, JOINED, 4) &&
        (joinable != ENDED || !__ipclab_atomic_cas(&thread->joinability, &joinable, JOINED, 4)))
        return EINVAL;
    for (int tid; (tid = thread->tid) != 0;) {
        struct __cleanup undo = {undo_join, thread, self->cleanups};
        self->cleanups = &undo;
        long waited = CANCELLABLE(
            RAW6(SYS_futex, &thread->tid, 9 /* FUTEX_WAIT_BITSET */ | clock_flag, tid, deadline, 0, -1));
        self->cleanups = undo.outer;
        if (waited == -ETIMEDOUT || waited == -EINVAL) {
            thread->joinability = JOINABLE;
            return (int)-waited;
        }
    }
    if (result) *result = thread->result;
    give_back(thread);
    return 0;
}

int pthread_join(pthread_t thread, void** result) {
    return join_thread((struct __pthread*)thread, result, 256 /* FUTEX_CLOCK_REALTIME */, 0);
}

int pthread_tryjoin_np(pthread_t thread, void** result) {
    return ((struct __pthread*)thread)->tid != 0 ? EBUSY : pthread_join(thread, result);
}

int pthread_clockjoin_np(pthread_t thread, void** result, clockid_t clock, const struct timespec* deadline) {
    if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC) return EINVAL;
    return join_thread((struct __pthread*)thread, result, clock == CLOCK_REALTIME ? 256 : 0, deadline);
}

int pthread_timedjoin_np(pthread_t thread, void** result, const struct timespec* deadline) {
    return pthread_clockjoin_np(thread, result, CLOCK_REALTIME, deadline);
}

