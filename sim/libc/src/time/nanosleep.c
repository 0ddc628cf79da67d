#include <bits/thread.h>
#include <time.h>

int nanosleep(const struct timespec* duration, struct timespec* rest) {
    return (int)CHECKED(CANCELLABLE(RAW4(SYS_clock_nanosleep, CLOCK_REALTIME, 0, duration, rest)));
}

int clock_nanosleep(clockid_t clock, int flags, const struct timespec* duration, struct timespec* rest) {
    if (clock == CLOCK_THREAD_CPUTIME_ID) return 22;  // EINVAL: a thread that sleeps uses no CPU time
    return (int)-CANCELLABLE(RAW4(SYS_clock_nanosleep, clock, flags, duration, rest));
}
