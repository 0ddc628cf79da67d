/* What a child inherits: the mask and the dispositions, but not the pending signals and not the alarm. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void report(const char *who) {
    sigset_t mask, pending;
    sigprocmask(SIG_BLOCK, NULL, &mask);
    sigpending(&pending);
    struct sigaction usr2;
    sigaction(SIGUSR2, NULL, &usr2);
    printf("%s: blocked %d, pending %d, ignored %d, alarm %s\n", who, sigismember(&mask, SIGUSR1),
           sigismember(&pending, SIGUSR1), usr2.sa_handler == SIG_IGN, alarm(0) > 0 ? "set" : "not set");
}

int main(void) {
    sigset_t block;
    sigemptyset(&block);
    sigaddset(&block, SIGUSR1);
    sigprocmask(SIG_BLOCK, &block, NULL);
    signal(SIGUSR2, SIG_IGN);
    raise(SIGUSR1);
    alarm(100);
    if (fork() == 0) {
        report("child");
        exit(0);
    }
    wait(NULL);
    report("parent");
    return 0;
}
