// Scheduling.
#include <bits/syscall.h>
#include <sched.h>
#include <sys/syscall.h>

int sched_yield(void) {
    return (int)CALL0(SYS_sched_yield);
}
int sched_get_priority_max(int policy) {
    return (int)CALL1(SYS_sched_get_priority_max, policy);
}
int sched_get_priority_min(int policy) {
    return (int)CALL1(SYS_sched_get_priority_min, policy);
}
int sched_getscheduler(pid_t pid) {
    return (int)CALL1(SYS_sched_getscheduler, pid);
}
int sched_setscheduler(pid_t pid, int policy, const struct sched_param* parameters) {
    return (int)CALL3(SYS_sched_setscheduler, pid, policy, parameters);
}
int sched_getparam(pid_t pid, struct sched_param* parameters) {
    return (int)CALL2(SYS_sched_getparam, pid, parameters);
}
int sched_setparam(pid_t pid, const struct sched_param* parameters) {
    return (int)CALL2(SYS_sched_setparam, pid, parameters);
}
int sched_rr_get_interval(pid_t pid, struct timespec* interval) {
    return (int)CALL2(SYS_sched_rr_get_interval, pid, interval);
}
int sched_getaffinity(pid_t pid, size_t bytes, cpu_set_t* set) {
    long filled = CALL3(SYS_sched_getaffinity, pid, bytes, set);
    if (filled < 0) return -1;
    __ipclab_memset((char*)set + filled, 0, (long)bytes - filled);
    return 0;
}
int sched_setaffinity(pid_t pid, size_t bytes, const cpu_set_t* set) {
    return (int)CALL3(SYS_sched_setaffinity, pid, bytes, set);
}
int getcpu(unsigned int* cpu, unsigned int* node) {
    return (int)CALL3(SYS_getcpu, cpu, node, 0);
}
int sched_getcpu(void) {
    unsigned int cpu;
    return CALL3(SYS_getcpu, &cpu, 0, 0) < 0 ? -1 : (int)cpu;
}
int __cpu_count(const cpu_set_t* set) {
    return __sched_cpucount(sizeof *set, set);
}
