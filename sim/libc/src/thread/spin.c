// Spinlocks: they never sleep. glibc's free one is 1; ours is 0.
#include <errno.h>
#include <pthread.h>

int pthread_spin_init(pthread_spinlock_t* lock, int shared) {
    (void)shared;
    *lock = 0;
    return 0;
}

int pthread_spin_destroy(pthread_spinlock_t* lock) {
    (void)lock;
    return 0;
}

int pthread_spin_lock(pthread_spinlock_t* lock) {
    while (__ipclab_atomic_exchange(lock, 1, 4) != 0) {
    }
    return 0;
}

int pthread_spin_trylock(pthread_spinlock_t* lock) {
    return __ipclab_atomic_exchange(lock, 1, 4) != 0 ? EBUSY : 0;
}

int pthread_spin_unlock(pthread_spinlock_t* lock) {
    __ipclab_atomic_put(lock, 0, 4);
    return 0;
}
