// Asking for scheduling policies and for CPUs: what an ordinary user may do (sched(7)).
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *name(int policy) {
    switch (policy & ~SCHED_RESET_ON_FORK) {
    case SCHED_OTHER:
        return "SCHED_OTHER";
    case SCHED_BATCH:
        return "SCHED_BATCH";
    case SCHED_IDLE:
        return "SCHED_IDLE";
    default:
        return "another";
    }
}

static void report(const char *what, int result) {
    printf("%s: %d%s%s\n", what, result, result < 0 ? " " : "", result < 0 ? strerror(errno) : "");
}

static void set(pid_t pid, int policy, int priority) {
    struct sched_param parameters;
    memset(&parameters, 0, sizeof parameters);
    parameters.sched_priority = priority;
    if (sched_setscheduler(pid, policy, &parameters) == -1)
        printf("set %s, %d: %s\n", name(policy), priority, strerror(errno));
    else
        printf("now %s\n", name(sched_getscheduler(pid)));
}

int main(void) {
    struct sched_param parameters;
    cpu_set_t cpus;

    printf("%d to %d for SCHED_FIFO, %d to %d for SCHED_OTHER\n", sched_get_priority_min(SCHED_FIFO),
           sched_get_priority_max(SCHED_FIFO), sched_get_priority_min(SCHED_OTHER), sched_get_priority_max(SCHED_OTHER));
    report("no policy", sched_get_priority_max(77));
    set(0, SCHED_OTHER, 0);
    set(0, SCHED_BATCH, 0);
    set(getpid(), SCHED_BATCH, 1);
    set(0, 77, 0);
    set(-1, SCHED_OTHER, 0);
    set(0x3fffffff, SCHED_OTHER, 0);
    set(0, SCHED_OTHER | SCHED_RESET_ON_FORK, 0);
    printf("reset on fork: %d\n", (sched_getscheduler(0) & SCHED_RESET_ON_FORK) != 0);
    set(0, SCHED_BATCH | SCHED_RESET_ON_FORK, 0);
    fflush(stdout);
    if (fork() == 0) {
        printf("the child has %s, reset %d\n", name(sched_getscheduler(0)),
               (sched_getscheduler(0) & SCHED_RESET_ON_FORK) != 0);
        return 0;
    }
    wait(NULL);
    report("getparam", sched_getparam(0, &parameters));
    printf("priority %d\n", parameters.sched_priority);
    report("getparam without a place", sched_getparam(0, NULL));

    CPU_ZERO(&cpus);
    report("no CPU", sched_setaffinity(0, sizeof cpus, &cpus));
    report("getaffinity", sched_getaffinity(0, sizeof cpus, &cpus));
    printf("at least one: %d\n", CPU_COUNT(&cpus) >= 1);
    report("the same again", sched_setaffinity(0, sizeof cpus, &cpus));
    return 0;
}
