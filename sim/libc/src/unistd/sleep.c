// Sleeping: all by clock_nanosleep(), as glibc does.
#include <bits/thread.h>
#include <bits/timespec.h>
#include <errno.h>
#include <unistd.h>

unsigned int sleep(unsigned int seconds) {
    struct timespec rest = {seconds, 0};
    int saved = errno;
    if (CHECKED(CANCELLABLE(RAW4(SYS_clock_nanosleep, 0, 0, &rest, &rest))) == 0) {
        errno = saved;
        return 0;
    }
    return (unsigned int)rest.tv_sec;
}

int usleep(useconds_t usec) {
    struct timespec duration = {usec / 1000000, usec % 1000000 * 1000};
    return (int)CHECKED(CANCELLABLE(RAW4(SYS_clock_nanosleep, 0, 0, &duration, 0)));
}
