/* Parent and child take turns by signals: SIGUSR1 for one, SIGUSR2 for the other, waited for by sigsuspend(). */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t told;
static sigset_t none, both;

static void on_signal(int signal) {
    (void)signal;
    told = 1;
}

static void wait_for_other(void) {
    while (!told) sigsuspend(&none);
    told = 0;
}

static void say(const char *who, int round) {
    printf("%s %d\n", who, round);
    fflush(stdout);
}

int main(void) {
    struct sigaction action = {.sa_handler = on_signal};
    sigaction(SIGUSR1, &action, NULL);
    sigaction(SIGUSR2, &action, NULL);
    sigemptyset(&both);
    sigaddset(&both, SIGUSR1);
    sigaddset(&both, SIGUSR2);
    sigprocmask(SIG_BLOCK, &both, &none);
    pid_t child = fork();
    for (int round = 0; round < 3; round++) {
        if (child == 0) {
            wait_for_other();
            say("child", round);
            kill(getppid(), SIGUSR2);
        } else {
            say("parent", round);
            kill(child, SIGUSR1);
            wait_for_other();
        }
    }
    if (child == 0) exit(0);
    wait(NULL);
    return 0;
}
