// The mask of blocked signals, and what is pending.
#include <bits/thread.h>
#include <signal.h>

/// The kernel's call without the two signals that belong to the thread library; a negative errno on failure.
static long change_mask(int how, const sigset_t* set, sigset_t* old) {
    unsigned long bits = 0, old_bits = 0;
    if (set) bits = set->__val[0] & ~(3UL << 31);
    long result = RAW4(SYS_rt_sigprocmask, how, set ? &bits : 0, old ? &old_bits : 0, 8);
    if (result == 0 && old) {
        __ipclab_memset(old, 0, sizeof *old);
        old->__val[0] = old_bits;
    }
    return result;
}

int sigprocmask(int how, const sigset_t* set, sigset_t* old) {
    return (int)__syscall_result(change_mask(how, set, old));
}

int pthread_sigmask(int how, const sigset_t* set, sigset_t* old) {
    return (int)-change_mask(how, set, old);
}

int sigpending(sigset_t* set) {
    unsigned long bits = 0;
    long result = CALL2(SYS_rt_sigpending, &bits, 8);
    if (result < 0) return -1;
    __ipclab_memset(set, 0, sizeof *set);
    set->__val[0] = bits;
    return 0;
}

int sigsuspend(const sigset_t* mask) {
    return (int)CHECKED(CANCELLABLE(RAW2(SYS_rt_sigsuspend, mask, 8)));
}

int sighold(int signal) {
    sigset_t set;
    sigemptyset(&set);
    if (sigaddset(&set, signal) < 0) return -1;
    return sigprocmask(SIG_BLOCK, &set, 0);
}

int sigrelse(int signal) {
    sigset_t set;
    sigemptyset(&set);
    if (sigaddset(&set, signal) < 0) return -1;
    return sigprocmask(SIG_UNBLOCK, &set, 0);
}

int sigpause(int signal) {
    unsigned long mask;
    if (CALL4(SYS_rt_sigprocmask, SIG_BLOCK, 0, &mask, 8) < 0) return -1;
    mask &= ~(1UL << ((signal - 1) & 63));
    return (int)CALL2(SYS_rt_sigsuspend, &mask, 8);
}
