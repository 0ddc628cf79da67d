// sigaction() and signal().
#include <bits/sigaction.h>
#include <bits/syscall.h>
#include <errno.h>
#include <signal.h>

int sigaction(int signal, const struct sigaction* action, struct sigaction* old) {
    struct __kernel_sigaction new_action, old_action;
    if (signal == 32 || signal == 33) {
        errno = EINVAL;  // the thread library's own
        return -1;
    }
    if (action) {
        new_action.handler = (void*)action->sa_handler;
        new_action.flags = (unsigned int)action->sa_flags;
        new_action.restorer = 0;
        new_action.mask = action->sa_mask.__val[0];
    }
    if (CALL4(SYS_rt_sigaction, signal, action ? &new_action : 0, old ? &old_action : 0, 8) < 0) return -1;
    if (old) {
        old->sa_handler = (__sighandler_t)old_action.handler;
        old->sa_flags = (int)old_action.flags;
        old->sa_restorer = 0;
        __ipclab_memset(&old->sa_mask, 0, sizeof old->sa_mask);
        old->sa_mask.__val[0] = old_action.mask;
    }
    return 0;
}

static unsigned long interrupts;  ///< signals for which siginterrupt() asked that calls end with EINTR

static __sighandler_t set(int signal, __sighandler_t handler, unsigned long flags, unsigned long mask) {
    struct __kernel_sigaction action = {(void*)handler, flags, 0, mask}, old;
    if (handler == SIG_ERR || signal < 1 || signal > 64 || signal == 32 || signal == 33) {
        errno = EINVAL;
        return SIG_ERR;
    }
    if (CALL4(SYS_rt_sigaction, signal, &action, &old, 8) < 0) return SIG_ERR;
    return (__sighandler_t)old.handler;
}

/// As BSD had it: the handler stays, calls go on after it, and the signal itself is blocked while it runs.
__sighandler_t signal(int signal, __sighandler_t handler) {
    unsigned long bit = 1UL << ((signal - 1) & 63);
    return set(signal, handler, interrupts & bit ? 0 : SA_RESTART, bit);
}

__sighandler_t bsd_signal(int number, __sighandler_t handler) {
    return signal(number, handler);
}

__sighandler_t sysv_signal(int signal, __sighandler_t handler) {
    return set(signal, handler, SA_RESETHAND | SA_NODEFER | SA_INTERRUPT, 0);
}

int siginterrupt(int signal, int interrupt) {
    struct __kernel_sigaction action;
    unsigned long bit = 1UL << ((signal - 1) & 63);
    if (CALL4(SYS_rt_sigaction, signal, 0, &action, 8) < 0) return -1;
    if (interrupt) {
        interrupts |= bit;
        action.flags &= ~(unsigned long)SA_RESTART;
    } else {
        interrupts &= ~bit;
        action.flags |= SA_RESTART;
    }
    return (int)CALL4(SYS_rt_sigaction, signal, &action, 0, 8);
}
