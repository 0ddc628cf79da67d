/* A list of time-outs on one alarm clock: the handler sets it for the next. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

static const struct {
    const char *name;
    int at_ms;
} events[] = {{"first", 100}, {"second", 250}, {"third", 400}};
enum { EVENTS = sizeof events / sizeof *events };
static volatile sig_atomic_t next;

static void set(void) {
    struct itimerval timer;
    memset(&timer, 0, sizeof timer);
    timer.it_value.tv_usec = (events[next].at_ms - (next > 0 ? events[next - 1].at_ms : 0)) * 1000;
    setitimer(ITIMER_REAL, &timer, NULL);
}

static void on_alarm(int signal) {
    (void)signal;
    if (write(STDOUT_FILENO, events[next].name, strlen(events[next].name)) < 0) _exit(1);
    if (write(STDOUT_FILENO, "\n", 1) < 0) _exit(1);
    if (++next < EVENTS) set();
}

int main(void) {
    sigset_t block, before;
    signal(SIGALRM, on_alarm);
    sigemptyset(&block);
    sigaddset(&block, SIGALRM);
    sigprocmask(SIG_BLOCK, &block, &before);
    set();
    while (next < EVENTS) sigsuspend(&before);
    printf("no time-out is left: %u\n", alarm(0));
    return 0;
}
