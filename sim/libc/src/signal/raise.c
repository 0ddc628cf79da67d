// Sending signals.
#include <bits/syscall.h>
#include <errno.h>
#include <signal.h>

int raise(int signal) {
    long thread = RAW0(SYS_gettid);
    return (int)CALL3(SYS_tgkill, RAW0(SYS_getpid), thread, signal);
}

int kill(pid_t pid, int signal) {
    return (int)CALL2(SYS_kill, pid, signal);
}

int killpg(pid_t group, int signal) {
    if (group < 0) {
        errno = EINVAL;
        return -1;
    }
    return (int)CALL2(SYS_kill, -group, signal);
}

int tgkill(pid_t group, pid_t thread, int signal) {
    return (int)CALL3(SYS_tgkill, group, thread, signal);
}
