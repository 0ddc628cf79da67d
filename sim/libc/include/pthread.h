// POSIX threads, with glibc's values and names.
#ifndef _PTHREAD_H
#define _PTHREAD_H

#include <bits/pthreadtypes.h>
#include <bits/siginfo.h>
#include <bits/sigset.h>
#include <bits/timespec.h>
#include <bits/types.h>
#include <sched.h>
#include <time.h>

enum {
    PTHREAD_CREATE_JOINABLE,
#define PTHREAD_CREATE_JOINABLE PTHREAD_CREATE_JOINABLE
    PTHREAD_CREATE_DETACHED
#define PTHREAD_CREATE_DETACHED PTHREAD_CREATE_DETACHED
};
enum {
    PTHREAD_MUTEX_TIMED_NP,
    PTHREAD_MUTEX_RECURSIVE_NP,
    PTHREAD_MUTEX_ERRORCHECK_NP,
    PTHREAD_MUTEX_ADAPTIVE_NP,
    PTHREAD_MUTEX_NORMAL = PTHREAD_MUTEX_TIMED_NP,
    PTHREAD_MUTEX_RECURSIVE = PTHREAD_MUTEX_RECURSIVE_NP,
    PTHREAD_MUTEX_ERRORCHECK = PTHREAD_MUTEX_ERRORCHECK_NP,
    PTHREAD_MUTEX_DEFAULT = PTHREAD_MUTEX_NORMAL,
    PTHREAD_MUTEX_FAST_NP = PTHREAD_MUTEX_TIMED_NP
};
enum {
    PTHREAD_MUTEX_STALLED,
    PTHREAD_MUTEX_STALLED_NP = PTHREAD_MUTEX_STALLED,
    PTHREAD_MUTEX_ROBUST,
    PTHREAD_MUTEX_ROBUST_NP = PTHREAD_MUTEX_ROBUST
};
enum { PTHREAD_PRIO_NONE, PTHREAD_PRIO_INHERIT, PTHREAD_PRIO_PROTECT };
enum {
    PTHREAD_RWLOCK_PREFER_READER_NP,
    PTHREAD_RWLOCK_PREFER_WRITER_NP,
    PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP,
    PTHREAD_RWLOCK_DEFAULT_NP = PTHREAD_RWLOCK_PREFER_READER_NP
};
enum {
    PTHREAD_INHERIT_SCHED,
#define PTHREAD_INHERIT_SCHED PTHREAD_INHERIT_SCHED
    PTHREAD_EXPLICIT_SCHED
#define PTHREAD_EXPLICIT_SCHED PTHREAD_EXPLICIT_SCHED
};
enum {
    PTHREAD_SCOPE_SYSTEM,
#define PTHREAD_SCOPE_SYSTEM PTHREAD_SCOPE_SYSTEM
    PTHREAD_SCOPE_PROCESS
#define PTHREAD_SCOPE_PROCESS PTHREAD_SCOPE_PROCESS
};
enum {
    PTHREAD_PROCESS_PRIVATE,
#define PTHREAD_PROCESS_PRIVATE PTHREAD_PROCESS_PRIVATE
    PTHREAD_PROCESS_SHARED
#define PTHREAD_PROCESS_SHARED PTHREAD_PROCESS_SHARED
};
enum {
    PTHREAD_CANCEL_ENABLE,
#define PTHREAD_CANCEL_ENABLE PTHREAD_CANCEL_ENABLE
    PTHREAD_CANCEL_DISABLE
#define PTHREAD_CANCEL_DISABLE PTHREAD_CANCEL_DISABLE
};
enum {
    PTHREAD_CANCEL_DEFERRED,
#define PTHREAD_CANCEL_DEFERRED PTHREAD_CANCEL_DEFERRED
    PTHREAD_CANCEL_ASYNCHRONOUS
#define PTHREAD_CANCEL_ASYNCHRONOUS PTHREAD_CANCEL_ASYNCHRONOUS
};
#define PTHREAD_CANCELED ((void*)-1)
#define PTHREAD_ONCE_INIT 0
#define PTHREAD_BARRIER_SERIAL_THREAD -1
#define PTHREAD_STACK_MIN 16384
#define PTHREAD_KEYS_MAX 1024
#define PTHREAD_DESTRUCTOR_ITERATIONS 4

#define PTHREAD_MUTEX_INITIALIZER {{0, 0, 0, 0, PTHREAD_MUTEX_TIMED_NP, 0, {0, 0}}}
#define PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP {{0, 0, 0, 0, PTHREAD_MUTEX_RECURSIVE_NP, 0, {0, 0}}}
#define PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP {{0, 0, 0, 0, PTHREAD_MUTEX_ERRORCHECK_NP, 0, {0, 0}}}
#define PTHREAD_ADAPTIVE_MUTEX_INITIALIZER_NP {{0, 0, 0, 0, PTHREAD_MUTEX_ADAPTIVE_NP, 0, {0, 0}}}
#define PTHREAD_COND_INITIALIZER {{0}}
#define PTHREAD_RWLOCK_INITIALIZER {{0}}
#define PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP {{0, 0, 0, 0, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP}}

int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*start)(void*), void* argument);
_Noreturn void pthread_exit(void* result);
int pthread_join(pthread_t thread, void** result);
int pthread_tryjoin_np(pthread_t thread, void** result);
int pthread_timedjoin_np(pthread_t thread, void** result, const struct timespec* deadline);
int pthread_clockjoin_np(pthread_t thread, void** result, clockid_t clock, const struct timespec* deadline);
int pthread_detach(pthread_t thread);
pthread_t pthread_self(void);
int pthread_equal(pthread_t a, pthread_t b);

int pthread_attr_init(pthread_attr_t* attributes);
int pthread_attr_destroy(pthread_attr_t* attributes);
int pthread_attr_getdetachstate(const pthread_attr_t* attributes, int* state);
int pthread_attr_setdetachstate(pthread_attr_t* attributes, int state);
int pthread_attr_getguardsize(const pthread_attr_t* attributes, size_t* bytes);
int pthread_attr_setguardsize(pthread_attr_t* attributes, size_t bytes);
int pthread_attr_getstacksize(const pthread_attr_t* attributes, size_t* bytes);
int pthread_attr_setstacksize(pthread_attr_t* attributes, size_t bytes);
int pthread_attr_getstack(const pthread_attr_t* attributes, void** address, size_t* bytes);
int pthread_attr_setstack(pthread_attr_t* attributes, void* address, size_t bytes);
int pthread_attr_getschedparam(const pthread_attr_t* attributes, struct sched_param* parameters);
int pthread_attr_setschedparam(pthread_attr_t* attributes, const struct sched_param* parameters);
int pthread_attr_getschedpolicy(const pthread_attr_t* attributes, int* policy);
int pthread_attr_setschedpolicy(pthread_attr_t* attributes, int policy);
int pthread_attr_getinheritsched(const pthread_attr_t* attributes, int* inherit);
int pthread_attr_setinheritsched(pthread_attr_t* attributes, int inherit);
int pthread_attr_getscope(const pthread_attr_t* attributes, int* scope);
int pthread_attr_setscope(pthread_attr_t* attributes, int scope);
int pthread_getattr_default_np(pthread_attr_t* attributes);
int pthread_setattr_default_np(const pthread_attr_t* attributes);
int pthread_getattr_np(pthread_t thread, pthread_attr_t* attributes);

int pthread_once(pthread_once_t* control, void (*routine)(void));
int pthread_setcancelstate(int state, int* old);
int pthread_setcanceltype(int type, int* old);
int pthread_cancel(pthread_t thread);
void pthread_testcancel(void);

struct __cleanup;
struct __cleanup_frame {
    void* __words[3];
};
void __pthread_cleanup_push(struct __cleanup_frame* frame, void (*routine)(void*), void* argument);
void __pthread_cleanup_pop(struct __cleanup_frame* frame, int execute);
#define pthread_cleanup_push(routine, argument) \
    do { \
        struct __cleanup_frame __frame; \
        __pthread_cleanup_push(&__frame, (routine), (argument));
#define pthread_cleanup_pop(execute) \
    __pthread_cleanup_pop(&__frame, (execute)); \
    } \
    while (0)

int pthread_mutex_init(pthread_mutex_t* mutex, const pthread_mutexattr_t* attributes);
int pthread_mutex_destroy(pthread_mutex_t* mutex);
int pthread_mutex_lock(pthread_mutex_t* mutex);
int pthread_mutex_trylock(pthread_mutex_t* mutex);
int pthread_mutex_timedlock(pthread_mutex_t* mutex, const struct timespec* deadline);
int pthread_mutex_clocklock(pthread_mutex_t* mutex, clockid_t clock, const struct timespec* deadline);
int pthread_mutex_unlock(pthread_mutex_t* mutex);
int pthread_mutex_consistent(pthread_mutex_t* mutex);
int pthread_mutex_consistent_np(pthread_mutex_t* mutex);
int pthread_mutexattr_init(pthread_mutexattr_t* attributes);
int pthread_mutexattr_destroy(pthread_mutexattr_t* attributes);
int pthread_mutexattr_gettype(const pthread_mutexattr_t* attributes, int* type);
int pthread_mutexattr_settype(pthread_mutexattr_t* attributes, int type);
int pthread_mutexattr_getpshared(const pthread_mutexattr_t* attributes, int* shared);
int pthread_mutexattr_setpshared(pthread_mutexattr_t* attributes, int shared);
int pthread_mutexattr_getrobust(const pthread_mutexattr_t* attributes, int* robust);
int pthread_mutexattr_setrobust(pthread_mutexattr_t* attributes, int robust);
int pthread_mutexattr_setrobust_np(pthread_mutexattr_t* attributes, int robust);
int pthread_mutexattr_getprotocol(const pthread_mutexattr_t* attributes, int* protocol);
int pthread_mutexattr_setprotocol(pthread_mutexattr_t* attributes, int protocol);
int pthread_mutexattr_getprioceiling(const pthread_mutexattr_t* attributes, int* ceiling);
int pthread_mutexattr_setprioceiling(pthread_mutexattr_t* attributes, int ceiling);
int pthread_mutex_getprioceiling(const pthread_mutex_t* mutex, int* ceiling);
int pthread_mutex_setprioceiling(pthread_mutex_t* mutex, int ceiling, int* old);

int pthread_cond_init(pthread_cond_t* condition, const pthread_condattr_t* attributes);
int pthread_cond_destroy(pthread_cond_t* condition);
int pthread_cond_signal(pthread_cond_t* condition);
int pthread_cond_broadcast(pthread_cond_t* condition);
int pthread_cond_wait(pthread_cond_t* condition, pthread_mutex_t* mutex);
int pthread_cond_timedwait(pthread_cond_t* condition, pthread_mutex_t* mutex, const struct timespec* deadline);
int pthread_cond_clockwait(pthread_cond_t* condition, pthread_mutex_t* mutex, clockid_t clock,
                           const struct timespec* deadline);
int pthread_condattr_init(pthread_condattr_t* attributes);
int pthread_condattr_destroy(pthread_condattr_t* attributes);
int pthread_condattr_getpshared(const pthread_condattr_t* attributes, int* shared);
int pthread_condattr_setpshared(pthread_condattr_t* attributes, int shared);
int pthread_condattr_getclock(const pthread_condattr_t* attributes, clockid_t* clock);
int pthread_condattr_setclock(pthread_condattr_t* attributes, clockid_t clock);

int pthread_rwlock_init(pthread_rwlock_t* lock, const pthread_rwlockattr_t* attributes);
int pthread_rwlock_destroy(pthread_rwlock_t* lock);
int pthread_rwlock_rdlock(pthread_rwlock_t* lock);
int pthread_rwlock_tryrdlock(pthread_rwlock_t* lock);
int pthread_rwlock_timedrdlock(pthread_rwlock_t* lock, const struct timespec* deadline);
int pthread_rwlock_clockrdlock(pthread_rwlock_t* lock, clockid_t clock, const struct timespec* deadline);
int pthread_rwlock_wrlock(pthread_rwlock_t* lock);
int pthread_rwlock_trywrlock(pthread_rwlock_t* lock);
int pthread_rwlock_timedwrlock(pthread_rwlock_t* lock, const struct timespec* deadline);
int pthread_rwlock_clockwrlock(pthread_rwlock_t* lock, clockid_t clock, const struct timespec* deadline);
int pthread_rwlock_unlock(pthread_rwlock_t* lock);
int pthread_rwlockattr_init(pthread_rwlockattr_t* attributes);
int pthread_rwlockattr_destroy(pthread_rwlockattr_t* attributes);
int pthread_rwlockattr_getpshared(const pthread_rwlockattr_t* attributes, int* shared);
int pthread_rwlockattr_setpshared(pthread_rwlockattr_t* attributes, int shared);
int pthread_rwlockattr_getkind_np(const pthread_rwlockattr_t* attributes, int* kind);
int pthread_rwlockattr_setkind_np(pthread_rwlockattr_t* attributes, int kind);

int pthread_barrier_init(pthread_barrier_t* barrier, const pthread_barrierattr_t* attributes, unsigned int count);
int pthread_barrier_destroy(pthread_barrier_t* barrier);
int pthread_barrier_wait(pthread_barrier_t* barrier);
int pthread_barrierattr_init(pthread_barrierattr_t* attributes);
int pthread_barrierattr_destroy(pthread_barrierattr_t* attributes);
int pthread_barrierattr_getpshared(const pthread_barrierattr_t* attributes, int* shared);
int pthread_barrierattr_setpshared(pthread_barrierattr_t* attributes, int shared);

int pthread_spin_init(pthread_spinlock_t* lock, int shared);
int pthread_spin_destroy(pthread_spinlock_t* lock);
int pthread_spin_lock(pthread_spinlock_t* lock);
int pthread_spin_trylock(pthread_spinlock_t* lock);
int pthread_spin_unlock(pthread_spinlock_t* lock);

int pthread_key_create(pthread_key_t* key, void (*destructor)(void*));
int pthread_key_delete(pthread_key_t key);
void* pthread_getspecific(pthread_key_t key);
int pthread_setspecific(pthread_key_t key, const void* value);

int pthread_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void));
int pthread_sigmask(int how, const sigset_t* set, sigset_t* old);
int pthread_kill(pthread_t thread, int signal);
int pthread_sigqueue(pthread_t thread, int signal, const union sigval value);
int pthread_getcpuclockid(pthread_t thread, clockid_t* clock);
int pthread_setname_np(pthread_t thread, const char* name);
int pthread_getname_np(pthread_t thread, char* name, size_t bytes);
int pthread_setaffinity_np(pthread_t thread, size_t bytes, const cpu_set_t* set);
int pthread_getaffinity_np(pthread_t thread, size_t bytes, cpu_set_t* set);
int pthread_setschedparam(pthread_t thread, int policy, const struct sched_param* parameters);
int pthread_getschedparam(pthread_t thread, int* policy, struct sched_param* parameters);
int pthread_setschedprio(pthread_t thread, int priority);
int pthread_getconcurrency(void);
int pthread_setconcurrency(int level);
int pthread_yield(void);

#endif
