// One thread takes all signals by sigwait(); the others block them. pthread_kill() reaches one thread.
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static sigset_t all;

static void *take(void *argument) {
    int *taken = argument;
    for (;;) {
        int signal;
        sigwait(&all, &signal);
        if (signal == SIGTERM) return argument;
        printf("took %s\n", signal == SIGUSR1 ? "SIGUSR1" : "SIGUSR2");
        ++*taken;
        kill(getpid(), signal == SIGUSR1 ? SIGUSR2 : SIGTERM);
    }
}

static volatile sig_atomic_t handled;
static pthread_t handler_ran_in;

static void on_hangup(int signal) {
    (void)signal;
    handled = 1;
    handler_ran_in = pthread_self();
}

static void *wait_for_it(void *argument) {
    sigset_t none;
    sigemptyset(&none);
    while (!handled) sigsuspend(&none);
    return pthread_equal(pthread_self(), handler_ran_in) ? &all : argument;
}

int main(void) {
    pthread_t taker, waiter;
    sigset_t hangup;
    void *result;
    int taken = 0;
    sigemptyset(&all);
    sigaddset(&all, SIGUSR1);
    sigaddset(&all, SIGUSR2);
    sigaddset(&all, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    pthread_create(&taker, NULL, take, &taken);
    kill(getpid(), SIGUSR1);
    pthread_join(taker, NULL);
    printf("taken %d\n", taken);

    struct sigaction action = {.sa_handler = on_hangup};
    sigemptyset(&hangup);
    sigaddset(&hangup, SIGHUP);
    sigaction(SIGHUP, &action, NULL);
    pthread_sigmask(SIG_BLOCK, &hangup, NULL);
    pthread_create(&waiter, NULL, wait_for_it, NULL);
    pthread_kill(waiter, SIGHUP);
    pthread_join(waiter, &result);
    printf("the handler ran in the thread that was meant: %s\n", result ? "yes" : "no");
    return 0;
}
