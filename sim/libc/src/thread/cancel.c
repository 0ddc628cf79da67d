// Cancellation (pthreads(7)): pthread_cancel() leaves a mark, and interrupts the thread by a signal of the library's own
// where it is in a cancellation point or may be cancelled anywhere.
#include <bits/thread.h>
#include <errno.h>
#include <pthread.h>

enum { SIGNAL = 32, RESTARTS = 0x10000000 };

static void cancel_if_asked(struct __pthread* self) {
    if (self->cancelled && !self->is_uncancellable && !self->is_exiting) pthread_exit(PTHREAD_CANCELED);
}

static void on_signal(int signal) {
    (void)signal;
    struct __pthread* self = THREAD_SELF;
    if (self->is_async) cancel_if_asked(self);
}

int pthread_cancel(pthread_t id) {
    struct __pthread* thread = (struct __pthread*)id;
    struct {
        void (*handler)(int);
        unsigned long flags, restorer, mask;
    } action = {on_signal, RESTARTS, 0, 0};
    if (thread->tid == 0 && thread != &__main_thread) return 0;  // it has ended, and is still to be joined
    RAW4(SYS_rt_sigaction, SIGNAL, &action, 0, 8);
    __may_be_cancelled = 1;
    thread->cancelled = 1;
    if (thread == THREAD_SELF) {
        if (thread->is_async) cancel_if_asked(thread);
        return 0;
    }
    if (!thread->is_async || thread->is_uncancellable) return 0;
    return (int)-RAW3(SYS_tgkill, RAW0(SYS_getpid), thread->tid, SIGNAL);
}

void pthread_testcancel(void) {
    cancel_if_asked(THREAD_SELF);
}

int pthread_setcancelstate(int state, int* old) {
    if (state != PTHREAD_CANCEL_ENABLE && state != PTHREAD_CANCEL_DISABLE) return EINVAL;
    struct __pthread* self = THREAD_SELF;
    if (old) *old = self->is_uncancellable;
    self->is_uncancellable = state;
    if (self->is_async) cancel_if_asked(self);
    return 0;
}

int pthread_setcanceltype(int type, int* old) {
    if (type != PTHREAD_CANCEL_DEFERRED && type != PTHREAD_CANCEL_ASYNCHRONOUS) return EINVAL;
    struct __pthread* self = THREAD_SELF;
    if (old) *old = self->is_async;
    self->is_async = type;
    if (self->is_async) cancel_if_asked(self);
    return 0;
}
