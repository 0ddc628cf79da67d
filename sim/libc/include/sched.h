#ifndef _SCHED_H
#define _SCHED_H

#include <bits/timespec.h>
#include <bits/types.h>

#define SCHED_OTHER 0
#define SCHED_FIFO 1
#define SCHED_RR 2
#define SCHED_BATCH 3
#define SCHED_IDLE 5
#define SCHED_DEADLINE 6
#define SCHED_RESET_ON_FORK 0x40000000
#define CSIGNAL 0xff
#define CLONE_VM 0x100
#define CLONE_NEWTIME 0x80
#define CLONE_FS 0x200
#define CLONE_FILES 0x400
#define CLONE_SIGHAND 0x800
#define CLONE_PIDFD 0x1000
#define CLONE_PTRACE 0x2000
#define CLONE_VFORK 0x4000
#define CLONE_PARENT 0x8000
#define CLONE_THREAD 0x10000
#define CLONE_NEWNS 0x20000
#define CLONE_SYSVSEM 0x40000
#define CLONE_SETTLS 0x80000
#define CLONE_PARENT_SETTID 0x100000
#define CLONE_CHILD_CLEARTID 0x200000
#define CLONE_UNTRACED 0x800000
#define CLONE_CHILD_SETTID 0x1000000
#define CLONE_NEWCGROUP 0x2000000
#define CLONE_NEWUTS 0x4000000
#define CLONE_NEWIPC 0x8000000
#define CLONE_NEWUSER 0x10000000
#define CLONE_NEWPID 0x20000000
#define CLONE_NEWNET 0x40000000
#define CPU_SETSIZE 1024

struct sched_param {
    int sched_priority;
};
typedef struct {
    unsigned long __bits[16];
} cpu_set_t;

#define CPU_ZERO(set) ((void)__ipclab_memset((set), 0, sizeof(cpu_set_t)))
#define CPU_SET(cpu, set) ((void)((set)->__bits[(cpu) / 64] |= 1UL << ((cpu) % 64)))
#define CPU_CLR(cpu, set) ((void)((set)->__bits[(cpu) / 64] &= ~(1UL << ((cpu) % 64))))
#define CPU_ISSET(cpu, set) (((set)->__bits[(cpu) / 64] & 1UL << ((cpu) % 64)) != 0)
#define CPU_COUNT(set) __cpu_count(set)
#define CPU_ALLOC_SIZE(cpus) (((size_t)(cpus) + 63) / 64 * 8)
#define CPU_ALLOC(cpus) __sched_cpualloc(cpus)
#define CPU_FREE(set) __sched_cpufree(set)
#define __CPU_WORD(cpu, set) (((unsigned long*)(set))[(cpu) / 64])
#define __CPU_FITS(cpu, bytes) ((size_t)(cpu) / 8 < (bytes))
#define CPU_ZERO_S(bytes, set) ((void)__ipclab_memset((set), 0, (bytes)))
#define CPU_SET_S(cpu, bytes, set) \
    (__CPU_FITS(cpu, bytes) ? (void)(__CPU_WORD(cpu, set) |= 1UL << ((cpu) % 64)) : (void)0)
#define CPU_CLR_S(cpu, bytes, set) \
    (__CPU_FITS(cpu, bytes) ? (void)(__CPU_WORD(cpu, set) &= ~(1UL << ((cpu) % 64))) : (void)0)
#define CPU_ISSET_S(cpu, bytes, set) (__CPU_FITS(cpu, bytes) && (__CPU_WORD(cpu, set) & 1UL << ((cpu) % 64)) != 0)
#define CPU_COUNT_S(bytes, set) __sched_cpucount((bytes), (set))
#define CPU_EQUAL(a, b) (__ipclab_memcmp((a), (b), sizeof(cpu_set_t)) == 0)
int __cpu_count(const cpu_set_t* set);
int __sched_cpucount(size_t bytes, const cpu_set_t* set);
cpu_set_t* __sched_cpualloc(size_t cpus);
void __sched_cpufree(cpu_set_t* set);

int clone(int (*function)(void*), void* stack, int flags, void* argument, ...);
int sched_yield(void);
int sched_get_priority_max(int policy);
int sched_get_priority_min(int policy);
int sched_getscheduler(pid_t pid);
int sched_setscheduler(pid_t pid, int policy, const struct sched_param* parameters);
int sched_getparam(pid_t pid, struct sched_param* parameters);
int sched_setparam(pid_t pid, const struct sched_param* parameters);
int sched_rr_get_interval(pid_t pid, struct timespec* interval);
int sched_getaffinity(pid_t pid, size_t bytes, cpu_set_t* set);
int sched_setaffinity(pid_t pid, size_t bytes, const cpu_set_t* set);
int sched_getcpu(void);
int getcpu(unsigned int* cpu, unsigned int* node);
int unshare(int flags);
int setns(int fd, int type);

#endif
