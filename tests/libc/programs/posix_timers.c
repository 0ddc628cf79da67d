// POSIX timers: signals, overruns, ignored and blocked signals, bad arguments.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile int signals;
static volatile siginfo_t last;

static void count(int number, siginfo_t* info, void* context) {
    (void)number, (void)context;
    signals++;
    last = *info;
}

static void show(const char* what, int result) {
    printf("%s: %d %s\n", what, result, result < 0 ? strerrorname_np(errno) : "");
}

static void sleep_ms(int ms) {
    struct timespec time = {ms / 1000, ms % 1000 * 1000000L};
    while (nanosleep(&time, &time) < 0) {
    }
}

static void set(timer_t timer, int first_ms, int period_ms) {
    struct itimerspec value = {{period_ms / 1000, period_ms % 1000 * 1000000L},
                               {first_ms / 1000, first_ms % 1000 * 1000000L}};
    if (timer_settime(timer, 0, &value, 0) < 0) perror("timer_settime");
}

static timer_t make(int signal, int value) {
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = signal};
    event.sigev_value.sival_int = value;
    timer_t timer = 0;
    if (timer_create(CLOCK_MONOTONIC, &event, &timer) < 0) perror("timer_create");
    return timer;
}

static void plain(void) {
    timer_t timer = make(SIGUSR1, 42), other = 0;
    show("default event", timer_create(CLOCK_REALTIME, 0, &other));
    printf("ids %ld %ld\n", (long)timer, (long)other);
    set(timer, 5, 0);
    while (signals == 0) sleep_ms(1);
    printf("signal %d code %d value %d id %d overrun %d\n", last.si_signo, last.si_code,
           last.si_value.sival_int, last.si_timerid, last.si_overrun);
    struct itimerspec now;
    timer_gettime(timer, &now);
    printf("one-shot is over: %ld %ld\n", (long)now.it_value.tv_sec, now.it_value.tv_nsec);
    signals = 0;
    set(other, 1, 0);
    while (signals == 0) sleep_ms(1);
    printf("signal %d value %p\n", last.si_signo, last.si_value.sival_ptr);
    set(timer, 1000000, 7000);
    timer_gettime(timer, &now);
    printf("period %ld, long to go %d\n", (long)now.it_interval.tv_sec, now.it_value.tv_sec >= 990);
    struct itimerspec none = {{3, 0}, {0, 0}};
    timer_settime(timer, 0, &none, &now);
    printf("before: period %ld\n", (long)now.it_interval.tv_sec);
    timer_gettime(timer, &now);
    printf("disarmed: period %ld value %ld\n", (long)now.it_interval.tv_sec, (long)now.it_value.tv_sec);
    signals = 0;
    struct itimerspec past = {{0, 0}, {0, 1}};
    timer_settime(timer, TIMER_ABSTIME, &past, 0);
    timer_settime(other, TIMER_ABSTIME, &past, 0);
    printf("in the past: %d signals\n", signals);
    show("delete", timer_delete(timer));
    show("again", timer_delete(timer));
    timer_delete(other);
}

static void blocked_and_ignored(void) {
    timer_t timer = make(SIGUSR1, 1), second = make(SIGUSR1, 2), queued = make(SIGRTMIN + 2, 3);
    sigset_t blocked, before, pending;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR1);
    sigaddset(&blocked, SIGRTMIN + 2);
    sigprocmask(SIG_BLOCK, &blocked, &before);
    signals = 0;
    set(timer, 1, 0);
    set(second, 1, 0);
    sleep_ms(20);
    kill(getpid(), SIGUSR1);
    sigprocmask(SIG_SETMASK, &before, 0);
    printf("each timer has its own signal: %d\n", signals);

    sigprocmask(SIG_BLOCK, &blocked, 0);
    set(queued, 200, 200);
    sleep_ms(700);
    siginfo_t info;
    show("accepted", sigwaitinfo(&blocked, &info) == SIGRTMIN + 2);
    printf("overrun %d, told %d, value %d\n", info.si_overrun, timer_getoverrun(queued),
           info.si_value.sival_int);
    show("one at a time", sigtimedwait(&blocked, &info, &(struct timespec){0, 0}));
    show("on time again", sigwaitinfo(&blocked, &info) == SIGRTMIN + 2);
    printf("overrun %d\n", info.si_overrun);
    set(queued, 0, 0);

    set(timer, 1, 0);
    sleep_ms(20);
    set(timer, 1000000, 0);
    sigpending(&pending);
    signals = 0;
    sigprocmask(SIG_SETMASK, &before, 0);
    printf("a new setting takes the signal back: %d\n", signals);
    sigprocmask(SIG_BLOCK, &blocked, 0);
    set(timer, 1, 0);
    sleep_ms(20);
    timer_delete(timer);
    sigprocmask(SIG_SETMASK, &before, 0);
    printf("so does deleting: %d\n", signals);

    struct sigaction ignore = {.sa_handler = SIG_IGN}, old;
    sigaction(SIGUSR1, &ignore, &old);
    set(second, 200, 200);
    sleep_ms(700);
    struct itimerspec now;
    timer_gettime(second, &now);
    printf("ignored, it goes on: %d\n", now.it_value.tv_sec == 0 && now.it_value.tv_nsec > 0);
    sigaction(SIGUSR1, &old, 0);
    printf("no longer ignored: %d signal, overrun %d\n", signals, last.si_overrun);
    sigaction(SIGUSR1, &ignore, 0);
    set(second, 1, 0);
    sleep_ms(20);
    sigaction(SIGUSR1, &old, 0);
    printf("a one-shot is lost: %d\n", signals);
    timer_delete(second);
    timer_delete(queued);
}

static void without_notice(void) {
    struct sigevent event = {.sigev_notify = SIGEV_NONE, .sigev_signo = 1000};
    timer_t timer = 0;
    show("no notice", timer_create(CLOCK_BOOTTIME, &event, &timer));
    set(timer, 200, 0);
    struct itimerspec now;
    timer_gettime(timer, &now);
    printf("runs %d\n", now.it_value.tv_sec == 0 && now.it_value.tv_nsec > 0);
    sleep_ms(220);
    timer_gettime(timer, &now);
    printf("is over %ld.%09ld\n", (long)now.it_value.tv_sec, now.it_value.tv_nsec);
    set(timer, 100, 10000);
    sleep_ms(200);
    timer_gettime(timer, &now);
    printf("goes on %d, overrun %d\n", now.it_value.tv_sec == 9, timer_getoverrun(timer));
    fflush(stdout);
    if (fork() == 0) {
        show("not the child's", timer_gettime(timer, &now));
        fflush(stdout);
        _exit(0);
    }
    wait(0);
    timer_delete(timer);
}

static void bad(void) {
    timer_t timer = make(SIGUSR1, 0), other;
    struct itimerspec value = {{0, 0}, {0, -1}};
    show("nanoseconds", timer_settime(timer, 0, &value, 0));
    value.it_value.tv_nsec = 0, value.it_interval.tv_nsec = 1000000000;
    show("interval", timer_settime(timer, 0, &value, 0));
    value.it_interval.tv_nsec = 0, value.it_value.tv_sec = -1;
    show("negative", timer_settime(timer, 0, &value, 0));
    show("no value", timer_settime(timer, 0, 0, 0));
    value.it_value.tv_sec = 0;
    show("other flags", timer_settime(timer, 0x40, &value, 0));
    show("unreadable", timer_settime(timer, 0, (struct itimerspec*)8, 0));
    show("unwritable", timer_gettime(timer, (struct itimerspec*)8));
    show("no timer", timer_gettime((timer_t)1000, &value));
    show("no timer", timer_settime((timer_t)1000, 0, &value, 0));
    show("no timer", timer_getoverrun((timer_t)1000));
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = 0};
    show("signal 0", timer_create(CLOCK_MONOTONIC, &event, &other));
    event.sigev_signo = 65;
    show("signal 65", timer_create(CLOCK_MONOTONIC, &event, &other));
    event.sigev_signo = SIGUSR1, event.sigev_notify = 17;
    show("notice 17", timer_create(CLOCK_MONOTONIC, &event, &other));
    show("clock 1000", timer_create(1000, 0, &other));
    show("raw clock", timer_create(CLOCK_MONOTONIC_RAW, 0, &other));
    show("coarse clock", timer_create(CLOCK_REALTIME_COARSE, 0, &other));
    timer_delete(timer);
}

int main(void) {
    struct sigaction action = {.sa_sigaction = count, .sa_flags = SA_SIGINFO};
    sigaction(SIGUSR1, &action, 0);
    sigaction(SIGALRM, &action, 0);
    plain();
    blocked_and_ignored();
    without_notice();
    bad();
    return 0;
}
