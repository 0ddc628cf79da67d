/* setitimer(): a first signal after one time, the following ones after another. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

static volatile sig_atomic_t ticks;

static void on_tick(int signal) {
    (void)signal;
    ticks++;
}

int main(void) {
    struct itimerval timer, left;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_tick;
    sigaction(SIGALRM, &action, NULL);
    timer.it_value.tv_sec = 0;
    timer.it_value.tv_usec = 150000;
    timer.it_interval.tv_sec = 0;
    timer.it_interval.tv_usec = 100000;
    setitimer(ITIMER_REAL, &timer, NULL);
    while (ticks < 4) pause();
    getitimer(ITIMER_REAL, &left);
    printf("4 ticks, interval %ld us\n", (long)left.it_interval.tv_usec);
    printf("the next one is at most an interval away: %d\n", left.it_value.tv_usec <= 100000);
    memset(&timer, 0, sizeof timer);
    setitimer(ITIMER_REAL, &timer, NULL);
    getitimer(ITIMER_REAL, &left);
    printf("stopped: %ld %ld\n", (long)left.it_value.tv_sec, (long)left.it_value.tv_usec);
    return 0;
}
