// The thread types with glibc's sizes on x86-64, so that structures that hold them are laid out alike.
#ifndef _BITS_PTHREADTYPES_H
#define _BITS_PTHREADTYPES_H

typedef unsigned long pthread_t;
typedef unsigned int pthread_key_t;
typedef int pthread_once_t;
typedef volatile int pthread_spinlock_t;

typedef union {
    struct {
        int __lock;            ///< futex word: 0 free, 1 locked, 2 locked and waited for
        unsigned int __count;  ///< recursive: how often locked
        int __owner;           ///< thread id
        unsigned int __nusers;
        int __kind;  ///< type, with bit 4 robust, bit 5 priority inheritance, bit 7 process-shared
        int __spins;
        void* __list[2];
    } __data;
    char __size[40];
    long __align;
} pthread_mutex_t;
typedef union {
    char __size[4];
    int __align;
} pthread_mutexattr_t;
typedef union {
    struct {
        unsigned int __sequence;  ///< futex word: counts signals
        unsigned int __waiters;
        int __clock;
        int __shared;
    } __data;
    char __size[48];
    long long __align;
} pthread_cond_t;
typedef union {
    char __size[4];
    int __align;
} pthread_condattr_t;
typedef union {
    struct {
        int __state;             ///< futex word: number of readers, or -1 for a writer
        unsigned int __writers;  ///< writers that wait
        int __owner;             ///< thread id of the writer
        int __shared;
        int __kind;
    } __data;
    char __size[56];
    long __align;
} pthread_rwlock_t;
typedef union {
    char __size[8];
    long __align;
} pthread_rwlockattr_t;
typedef union {
    struct {
        unsigned int __round;  ///< futex word: counts completed rounds
        unsigned int __arrived;
        unsigned int __count;
        int __lock;
        int __shared;
        unsigned int __leaving;
    } __data;
    char __size[32];
    long __align;
} pthread_barrier_t;
typedef union {
    char __size[4];
    int __align;
} pthread_barrierattr_t;
typedef union {
    char __size[56];
    long __align;
} pthread_attr_t;

#endif
