// What one thread can do to another: signals, CPUs, scheduling, its CPU clock.
#include <bits/thread.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>

enum { FIRST_OWN_SIGNAL = 32, LAST_OWN_SIGNAL = 33 };

static int id_of(pthread_t id) {
    struct __pthread* thread = (struct __pthread*)id;
    if (thread == THREAD_SELF && thread->tid == 0) thread->tid = (int)RAW0(SYS_gettid);
    if (thread == &__main_thread && thread->tid == 0) thread->tid = (int)RAW0(SYS_getpid);
    return thread->tid;
}

int pthread_kill(pthread_t id, int signal) {
    if (signal == FIRST_OWN_SIGNAL || signal == LAST_OWN_SIGNAL) return EINVAL;
    int tid = id_of(id);
    if (tid == 0) return 0;  // pthread_kill(3), NOTES: glibc says nothing of a thread that has ended
    return (int)-RAW3(SYS_tgkill, RAW0(SYS_getpid), tid, signal);
}

int pthread_sigqueue(pthread_t id, int signal, const union sigval value) {
    if (signal == FIRST_OWN_SIGNAL || signal == LAST_OWN_SIGNAL) return EINVAL;
    int tid = id_of(id), process = (int)RAW0(SYS_getpid);
    if (tid == 0) return ESRCH;
    siginfo_t info;
    __ipclab_memset(&info, 0, sizeof info);
    info.si_signo = signal;
    info.si_code = SI_QUEUE;
    info.si_pid = process;
    info.si_uid = (uid_t)RAW0(SYS_getuid);
    info.si_value = value;
    return (int)-RAW4(SYS_rt_tgsigqueueinfo, process, tid, signal, &info);
}

int pthread_setaffinity_np(pthread_t id, size_t bytes, const cpu_set_t* set) {
    return (int)-RAW3(SYS_sched_setaffinity, id_of(id), bytes, set);
}

int pthread_getaffinity_np(pthread_t id, size_t bytes, cpu_set_t* set) {
    long filled = RAW3(SYS_sched_getaffinity, id_of(id), bytes, set);
    if (filled < 0) return (int)-filled;
    __ipclab_memset((char*)set + filled, 0, (long)bytes - filled);
    return 0;
}

int pthread_setschedparam(pthread_t id, int policy, const struct sched_param* parameters) {
    struct __pthread* thread = (struct __pthread*)id;
    struct sched_param raised = *parameters;
    // The ceiling of a mutex that it holds goes on to count.
    if (raised.sched_priority < thread->ceilings.highest) raised.sched_priority = thread->ceilings.highest;
    int result = (int)-RAW3(SYS_sched_setscheduler, id_of(id), policy, &raised);
    if (result == 0) __ceiling_note_own(thread, policy, parameters->sched_priority);
    return result;
}

int pthread_getschedparam(pthread_t id, int* policy, struct sched_param* parameters) {
    struct __pthread* thread = (struct __pthread*)id;
    id_of(id);
    int result = __ceiling_learn_own(thread);
    if (result != 0) return result;
    *policy = thread->ceilings.policy;
    parameters->sched_priority = thread->ceilings.priority;
    return 0;
}

int pthread_setschedprio(pthread_t id, int priority) {
    struct __pthread* thread = (struct __pthread*)id;
    struct sched_param parameters = {priority < thread->ceilings.highest ? thread->ceilings.highest : priority};
    int result = (int)-RAW2(SYS_sched_setparam, id_of(id), &parameters);
    if (result == 0 && thread->ceilings.knows_own) thread->ceilings.priority = priority;
    return result;
}

int pthread_getcpuclockid(pthread_t id, clockid_t* clock) {
    int tid = id_of(id);
    if (tid == 0) return ESRCH;
    *clock = ~tid << 3 | 6;  // clock_getcpuclockid(3), as the kernel encodes the clock of a thread
    return 0;
}

int pthread_yield(void) {
    return (int)CALL0(SYS_sched_yield);
}

static int concurrency;

int pthread_getconcurrency(void) {
    return concurrency;
}

int pthread_setconcurrency(int level) {
    if (level < 0) return EINVAL;
    concurrency = level;
    return 0;
}
