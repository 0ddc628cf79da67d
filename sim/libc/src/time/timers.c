// Timers that send signals.
#include <bits/syscall.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

unsigned int alarm(unsigned int seconds) {
    return (unsigned int)RAW1(SYS_alarm, seconds);
}

int getitimer(int which, struct itimerval* value) {
    return (int)CALL2(SYS_getitimer, which, value);
}

int setitimer(int which, const struct itimerval* value, struct itimerval* old) {
    return (int)CALL3(SYS_setitimer, which, value, old);
}

useconds_t ualarm(useconds_t usec, useconds_t interval) {
    struct itimerval value = {{interval / 1000000, interval % 1000000}, {usec / 1000000, usec % 1000000}},
                     old;
    if (setitimer(ITIMER_REAL, &value, &old) < 0) return (useconds_t)-1;
    return (useconds_t)(old.it_value.tv_sec * 1000000 + old.it_value.tv_usec);
}
