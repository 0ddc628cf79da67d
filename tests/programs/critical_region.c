/* Signals that come in a critical region wait until it is over; several of the same kind become one. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static volatile sig_atomic_t count, order[8];

static void on_signal(int signal) {
    order[count++] = signal == SIGUSR1 ? 1 : signal == SIGUSR2 ? 2 : 9;
}

static void show(const char *title, const sigset_t *set) {
    printf("%s:", title);
    for (int signal = 1; signal < NSIG; signal++)
        if (sigismember(set, signal)) printf(" %d", signal);
    printf("\n");
}

int main(void) {
    sigset_t block, before, pending;
    signal(SIGUSR1, on_signal);
    signal(SIGUSR2, on_signal);
    signal(SIGALRM, on_signal);
    sigemptyset(&block);
    sigaddset(&block, SIGUSR1);
    sigaddset(&block, SIGUSR2);
    sigprocmask(SIG_BLOCK, &block, &before);
    show("blocked before", &before);
    for (int i = 0; i < 3; i++) raise(SIGUSR2);
    raise(SIGUSR1);
    raise(SIGALRM);
    sigpending(&pending);
    show("pending", &pending);
    printf("handled in the region: %d\n", (int)count);
    sigprocmask(SIG_SETMASK, &before, NULL);
    printf("handled after it: %d:", (int)count);
    for (int i = 0; i < count; i++) printf(" %d", (int)order[i]);
    printf("\n");
    sigpending(&pending);
    show("pending", &pending);
    return 0;
}
