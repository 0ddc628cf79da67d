// Timers that send signals.
#include <bits/siginfo.h>
#include <bits/syscall.h>
#include <errno.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
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

// A timer_t is the kernel's number of the timer. SIGEV_THREAD needs a thread for each notice and is refused
// here.
int timer_create(clockid_t clock, struct sigevent* event, timer_t* timer) {
    int number = 0;
    struct sigevent otherwise;
    if (event && event->sigev_notify == SIGEV_THREAD) {
        errno = ENOTSUP;
        return -1;
    }
    if (!event) {
        __ipclab_memset(&otherwise, 0, sizeof otherwise);
        otherwise.sigev_signo = 14;  // SIGALRM
    }
    if (CALL3(SYS_timer_create, clock, event ? event : &otherwise, &number) < 0) return -1;
    *timer = (timer_t)(long)number;
    return 0;
}

int timer_delete(timer_t timer) {
    return (int)CALL1(SYS_timer_delete, timer);
}

int timer_settime(timer_t timer, int flags, const struct itimerspec* value, struct itimerspec* old) {
    return (int)CALL4(SYS_timer_settime, timer, flags, value, old);
}

int timer_gettime(timer_t timer, struct itimerspec* value) {
    return (int)CALL2(SYS_timer_gettime, timer, value);
}

int timer_getoverrun(timer_t timer) {
    return (int)CALL1(SYS_timer_getoverrun, timer);
}
