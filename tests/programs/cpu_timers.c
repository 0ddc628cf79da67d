// Timers that count the CPU time of a process (setitimer(2)).
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

static volatile sig_atomic_t virtual_ticks, profile_ticks;

static void report(const char *what, int result) {
    printf("%s: %d%s%s\n", what, result, result < 0 ? " " : "", result < 0 ? strerror(errno) : "");
}

static void on_tick(int signal) {
    if (signal == SIGVTALRM)
        virtual_ticks++;
    else
        profile_ticks++;
}

int main(void) {
    struct itimerval tick = {{0, 10000}, {0, 10000}}, none, left;
    struct sigaction action;

    memset(&none, 0, sizeof none);
    memset(&action, 0, sizeof action);
    action.sa_handler = on_tick;
    sigaction(SIGVTALRM, &action, NULL);
    sigaction(SIGPROF, &action, NULL);
    report("no timer", setitimer(5, &tick, NULL));
    setitimer(ITIMER_VIRTUAL, &tick, NULL);
    while (virtual_ticks < 3) ;
    setitimer(ITIMER_VIRTUAL, &none, &left);
    printf("virtual: ticked, interval %ld us, something left: %d\n", (long)left.it_interval.tv_usec,
           left.it_value.tv_usec > 0 || left.it_value.tv_sec > 0);
    setitimer(ITIMER_PROF, &tick, NULL);
    while (profile_ticks < 3) ;
    setitimer(ITIMER_PROF, &none, NULL);
    getitimer(ITIMER_PROF, &left);
    printf("profile: ticked, now %ld %ld\n", (long)left.it_value.tv_sec, (long)left.it_value.tv_usec);
    return 0;
}
