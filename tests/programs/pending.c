/* Signals that are blocked wait; two of one kind are one. */
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t usr1, usr2;

static void handler(int sig) {
    if (sig == SIGUSR1) usr1++;
    if (sig == SIGUSR2) usr2++;
}

static void show(const char *when) {
    sigset_t set;
    sigpending(&set);
    printf("%s: pending %d %d, handled %d %d\n", when, sigismember(&set, SIGUSR1), sigismember(&set, SIGUSR2),
           (int)usr1, (int)usr2);
}

int main(void) {
    sigset_t both;
    signal(SIGUSR1, handler);
    signal(SIGUSR2, handler);
    sigemptyset(&both);
    sigaddset(&both, SIGUSR1);
    sigaddset(&both, SIGUSR2);
    sigprocmask(SIG_BLOCK, &both, NULL);

    raise(SIGUSR2);
    kill(getpid(), SIGUSR1);
    kill(getpid(), SIGUSR1);
    show("blocked");
    fflush(stdout);

    if (fork() == 0) {
        show("in a child"); /* what is pending is not inherited, the mask is */
        raise(SIGUSR1);
        show("in a child, after raise()");
        fflush(stdout);
        _exit(0);
    }
    wait(NULL);

    sigprocmask(SIG_UNBLOCK, &both, NULL);
    show("let through");
    return 0;
}
