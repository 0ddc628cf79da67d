// Limits, use and priorities.
#include <bits/syscall.h>
#include <sys/resource.h>
#include <sys/syscall.h>

int getrlimit(int resource, struct rlimit* limit) {
    return (int)CALL4(SYS_prlimit64, 0, resource, 0, limit);
}
int setrlimit(int resource, const struct rlimit* limit) {
    return (int)CALL4(SYS_prlimit64, 0, resource, limit, 0);
}
int prlimit(pid_t pid, int resource, const struct rlimit* limit, struct rlimit* old) {
    return (int)CALL4(SYS_prlimit64, pid, resource, limit, old);
}
int getrusage(int who, struct rusage* usage) {
    return (int)CALL2(SYS_getrusage, who, usage);
}
int getpriority(int which, id_t who) {
    // the kernel gives 20 minus the nice value, so that it is not taken for an error
    long result = CALL2(SYS_getpriority, which, who);
    return result < 0 ? -1 : (int)(20 - result);
}
int setpriority(int which, id_t who, int priority) {
    return (int)CALL3(SYS_setpriority, which, who, priority);
}
