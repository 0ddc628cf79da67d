// POSIX semaphores: an atomic counter, and futex() to sleep where it is 0.
#ifndef _SEMAPHORE_H
#define _SEMAPHORE_H

#include <bits/timespec.h>
#include <fcntl.h>
#include <sys/types.h>

typedef union {
    struct {
        unsigned int __value;    ///< futex word
        unsigned int __waiters;  ///< who sleep or are about to
        int __shared;            ///< 0 within one process, 128 where processes share it
        int __reserved;
    } __data;
    char __size[32];
    long __align;
} sem_t;
#define SEM_FAILED ((sem_t*)0)

int sem_init(sem_t* semaphore, int shared, unsigned int value);
int sem_destroy(sem_t* semaphore);
sem_t* sem_open(const char* name, int flags, ...);
int sem_close(sem_t* semaphore);
int sem_unlink(const char* name);
int sem_wait(sem_t* semaphore);
int sem_trywait(sem_t* semaphore);
int sem_timedwait(sem_t* semaphore, const struct timespec* deadline);
int sem_clockwait(sem_t* semaphore, clockid_t clock, const struct timespec* deadline);
int sem_post(sem_t* semaphore);
int sem_getvalue(sem_t* semaphore, int* value);

#endif
