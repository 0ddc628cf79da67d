// Signal masks as one int (sigblock(3)), and System V's names of signal() and raise() (gsignal(3)).
#include <signal.h>

static int change(int how, int mask) {
    sigset_t set, old;
    sigemptyset(&set);
    for (int i = 1; i <= 32; i++)
        if ((unsigned)mask >> (i - 1) & 1) sigaddset(&set, i);
    if (sigprocmask(how, &set, &old) < 0) return -1;
    unsigned before = 0;
    for (int i = 1; i <= 32; i++) before |= (unsigned)(sigismember(&old, i) == 1) << (i - 1);
    return (int)before;
}
int sigblock(int mask) {
    return change(SIG_BLOCK, mask);
}
int sigsetmask(int mask) {
    return change(SIG_SETMASK, mask);
}
int siggetmask(void) {
    return sigblock(0);
}
int gsignal(int signal) {
    return raise(signal);
}
__sighandler_t ssignal(int number, __sighandler_t handler) {
    return signal(number, handler);
}
