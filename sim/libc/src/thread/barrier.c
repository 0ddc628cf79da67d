// Barriers: the last one to arrive starts the next round and wakes the others, who sleep while the round is theirs.
#include <bits/thread.h>
#include <errno.h>
#include <pthread.h>

enum { WAKE = 1, PRIVATE = 128, EVERYBODY = 0x7fffffff };

int pthread_barrier_init(pthread_barrier_t* barrier, const pthread_barrierattr_t* attributes, unsigned int count) {
    if (count == 0 || count > 0x7fffffff) return EINVAL;
    __ipclab_memset(barrier, 0, sizeof *barrier);
    barrier->__data.__count = count;
    barrier->__data.__shared = attributes ? attributes->__align : 0;
    return 0;
}

int pthread_barrier_wait(pthread_barrier_t* barrier) {
    unsigned int round = (unsigned int)__ipclab_atomic_load(&barrier->__data.__round, 4);
    int flag = barrier->__data.__shared ? 0 : PRIVATE;
    __ipclab_atomic_add(&barrier->__data.__leaving, 1, 4);
    int is_last = (unsigned int)__ipclab_atomic_add(&barrier->__data.__arrived, 1, 4) + 1 == barrier->__data.__count;
    if (is_last) {
        __ipclab_atomic_store(&barrier->__data.__arrived, 0, 4);
        __ipclab_atomic_add(&barrier->__data.__round, 1, 4);
        RAW3(SYS_futex, &barrier->__data.__round, WAKE | flag, EVERYBODY);
    } else {
        while ((unsigned int)__ipclab_atomic_load(&barrier->__data.__round, 4) == round)
            RAW4(SYS_futex, &barrier->__data.__round, flag, round, 0);
    }
    if (__ipclab_atomic_add(&barrier->__data.__leaving, -1, 4) == 1 && barrier->__data.__lock)
        RAW3(SYS_futex, &barrier->__data.__leaving, WAKE | flag, 1);
    return is_last ? PTHREAD_BARRIER_SERIAL_THREAD : 0;
}

int pthread_barrier_destroy(pthread_barrier_t* barrier) {
    // pthread_barrier_destroy(3p): glibc waits for those who are still on their way out
    barrier->__data.__lock = 1;
    for (int leaving; (leaving = (int)__ipclab_atomic_load(&barrier->__data.__leaving, 4)) != 0;)
        RAW4(SYS_futex, &barrier->__data.__leaving, barrier->__data.__shared ? 0 : PRIVATE, leaving, 0);
    return 0;
}

int pthread_barrierattr_init(pthread_barrierattr_t* attributes) {
    attributes->__align = 0;
    return 0;
}

int pthread_barrierattr_destroy(pthread_barrierattr_t* attributes) {
    (void)attributes;
    return 0;
}

int pthread_barrierattr_getpshared(const pthread_barrierattr_t* attributes, int* shared) {
    *shared = attributes->__align;
    return 0;
}

int pthread_barrierattr_setpshared(pthread_barrierattr_t* attributes, int shared) {
    if (shared != 0 && shared != 1) return EINVAL;
    attributes->__align = shared;
    return 0;
}
