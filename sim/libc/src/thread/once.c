// pthread_once(): 0 not yet, 1 being done, 2 done. A cancelled routine has not been done (pthread_once(3p)).
#include <bits/thread.h>
#include <pthread.h>

static void take_back(void* control) {
    __ipclab_atomic_store(control, 0, 4);
    RAW3(SYS_futex, control, 129 /* FUTEX_WAKE_PRIVATE */, 0x7fffffff);
}

int pthread_once(pthread_once_t* control, void (*routine)(void)) {
    for (int state; (state = (int)__ipclab_atomic_load(control, 4)) != 2;) {
        if (state == 1) {
            RAW4(SYS_futex, control, 128 /* FUTEX_WAIT_PRIVATE */, 1, 0);
            continue;
        }
        if (!__ipclab_atomic_cas(control, &state, 1, 4)) continue;
        struct __pthread* self = THREAD_SELF;
        struct __cleanup undo = {take_back, control, self->cleanups};
        self->cleanups = &undo;
        routine();
        self->cleanups = undo.outer;
        __ipclab_atomic_store(control, 2, 4);
        RAW3(SYS_futex, control, 129 /* FUTEX_WAKE_PRIVATE */, 0x7fffffff);
    }
    return 0;
}
