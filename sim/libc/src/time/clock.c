// Clocks.
#include <bits/syscall.h>
#include <errno.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>

int clock_gettime(clockid_t clock, struct timespec* result) {
    return (int)CALL2(SYS_clock_gettime, clock, result);
}

int clock_getres(clockid_t clock, struct timespec* result) {
    return (int)CALL2(SYS_clock_getres, clock, result);
}

int clock_getcpuclockid(pid_t pid, clockid_t* clock) {
    // The kernel's numbering of CPU clocks: the inverted process id above three bits of kind.
    clockid_t wanted = pid == 0 ? CLOCK_PROCESS_CPUTIME_ID : (clockid_t)(~(unsigned int)pid << 3 | 2);
    struct timespec resolution;
    long result = RAW2(SYS_clock_getres, wanted, &resolution);
    if (result < 0) return result == -EINVAL ? ESRCH : (int)-result;
    *clock = wanted;
    return 0;
}

time_t time(time_t* result) {
    struct timespec now;
    RAW2(SYS_clock_gettime, CLOCK_REALTIME, &now);
    if (result) *result = now.tv_sec;
    return now.tv_sec;
}

int gettimeofday(struct timeval* result, void* zone) {
    struct timespec now;
    if (zone) __ipclab_memset(zone, 0, sizeof(struct timezone));
    if (CALL2(SYS_clock_gettime, CLOCK_REALTIME, &now) < 0) return -1;
    result->tv_sec = now.tv_sec;
    result->tv_usec = now.tv_nsec / 1000;
    return 0;
}

int timespec_get(struct timespec* result, int base) {
    if (base != TIME_UTC || RAW2(SYS_clock_gettime, CLOCK_REALTIME, result) < 0) return 0;
    return base;
}

clock_t clock(void) {
    struct timespec used;
    if (CALL2(SYS_clock_gettime, CLOCK_PROCESS_CPUTIME_ID, &used) < 0) return -1;
    return used.tv_sec * CLOCKS_PER_SEC + used.tv_nsec / 1000;
}

double difftime(time_t later, time_t earlier) {
    return (double)(later - earlier);
}
