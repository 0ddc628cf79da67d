// Taking signals without a handler, and queueing them with a value.
#include <bits/thread.h>
#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>

int sigtimedwait(const sigset_t* set, siginfo_t* info, const struct timespec* timeout) {
    long result = CHECKED(CANCELLABLE(RAW4(SYS_rt_sigtimedwait, set, info, timeout, 8)));
    // glibc tells programs of kill() whether tkill() was used or not
    if (result != -1 && info && info->si_code == SI_TKILL) info->si_code = SI_USER;
    return (int)result;
}

int sigwaitinfo(const sigset_t* set, siginfo_t* info) {
    return sigtimedwait(set, info, 0);
}

int sigwait(const sigset_t* set, int* signal) {
    long result;
    do result = CANCELLABLE(RAW4(SYS_rt_sigtimedwait, set, 0, 0, 8));
    while (result == -EINTR);
    if (result < 0) return (int)-result;
    *signal = (int)result;
    return 0;
}

int sigqueue(pid_t pid, int signal, const union sigval value) {
    siginfo_t info;
    __ipclab_memset(&info, 0, sizeof info);
    info.si_signo = signal;
    info.si_code = SI_QUEUE;
    info.si_pid = (pid_t)RAW0(SYS_getpid);
    info.si_uid = (uid_t)RAW0(SYS_getuid);
    info.si_value = value;
    return (int)CALL3(SYS_rt_sigqueueinfo, pid, signal, &info);
}
