// The System V calls, and the alternate stack.
#include <bits/syscall.h>
#include <signal.h>

int sigaltstack(const stack_t* stack, stack_t* old) {
    return (int)CALL2(SYS_sigaltstack, stack, old);
}

int sigignore(int signal) {
    struct sigaction action = {0};
    action.sa_handler = SIG_IGN;
    return sigaction(signal, &action, 0);
}

__sighandler_t sigset(int signal, __sighandler_t handler) {
    sigset_t set, old_set;
    sigemptyset(&set);
    if (sigaddset(&set, signal) < 0) return SIG_ERR;
    struct sigaction action = {0}, old;
    if (handler == SIG_HOLD) {
        if (sigprocmask(SIG_BLOCK, &set, &old_set) < 0 || sigaction(signal, 0, &old) < 0) return SIG_ERR;
        return sigismember(&old_set, signal) ? SIG_HOLD : old.sa_handler;
    }
    action.sa_handler = handler;
    if (sigaction(signal, &action, &old) < 0 || sigprocmask(SIG_UNBLOCK, &set, &old_set) < 0) return SIG_ERR;
    return sigismember(&old_set, signal) ? SIG_HOLD : old.sa_handler;
}
