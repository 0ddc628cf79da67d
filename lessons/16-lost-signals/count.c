// A child sends its parent the same signal three times. How often does the handler run?
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t received;

static void on_signal(int number) {
    (void)number;
    received++;
}

int main(int argc, char *argv[]) {
    int number = argc > 1 ? SIGRTMIN : SIGUSR1;
    struct sigaction action = {.sa_handler = on_signal};
    sigset_t only;

    (void)argv;
    sigaction(number, &action, NULL);
    sigemptyset(&only);
    sigaddset(&only, number);
    sigprocmask(SIG_BLOCK, &only, NULL);
    if (fork() == 0) {
        for (int i = 0; i < 3; i++) kill(getppid(), number);
        return 0;
    }
    wait(NULL);
    sigprocmask(SIG_UNBLOCK, &only, NULL);
    printf("%d\n", (int)received);
    return 0;
}
