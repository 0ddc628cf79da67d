// Sets of signals.
#include <errno.h>
#include <signal.h>

int sigemptyset(sigset_t* set) {
    __ipclab_memset(set, 0, sizeof *set);
    return 0;
}

int sigfillset(sigset_t* set) {
    __ipclab_memset(set, 255, sizeof *set);
    set->__val[0] &= ~(3UL << 31);  // glibc leaves its own two signals out
    return 0;
}

static int invalid(int signal) {
    if (signal >= 1 && signal <= 64 && signal != 32 && signal != 33) return 0;
    errno = EINVAL;
    return 1;
}

int sigaddset(sigset_t* set, int signal) {
    if (invalid(signal)) return -1;
    set->__val[0] |= 1UL << (signal - 1);
    return 0;
}

int sigdelset(sigset_t* set, int signal) {
    if (invalid(signal)) return -1;
    set->__val[0] &= ~(1UL << (signal - 1));
    return 0;
}

int sigismember(const sigset_t* set, int signal) {
    if (signal < 1 || signal > 64) {
        errno = EINVAL;
        return -1;
    }
    return (int)(set->__val[0] >> (signal - 1) & 1);
}

int sigisemptyset(const sigset_t* set) {
    for (int i = 0; i < 16; i++)
        if (set->__val[i]) return 0;
    return 1;
}

int sigandset(sigset_t* set, const sigset_t* a, const sigset_t* b) {
    for (int i = 0; i < 16; i++) set->__val[i] = a->__val[i] & b->__val[i];
    return 0;
}

int sigorset(sigset_t* set, const sigset_t* a, const sigset_t* b) {
    for (int i = 0; i < 16; i++) set->__val[i] = a->__val[i] | b->__val[i];
    return 0;
}
