/* Two processes talk by signals alone: SIGUSR1 is a 0, SIGUSR2 a 1, and each bit is acknowledged. */
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t last;

static void on_signal(int signal) {
    last = signal;
}

static int await(const sigset_t *mask) {
    while (!last) sigsuspend(mask);
    int signal = last;
    last = 0;
    return signal;
}

int main(void) {
    static const char text[] = "Hi!";
    struct sigaction action = {.sa_handler = on_signal};
    sigset_t block, before;
    sigemptyset(&block);
    sigaddset(&block, SIGUSR1);
    sigaddset(&block, SIGUSR2);
    sigprocmask(SIG_BLOCK, &block, &before);
    sigfillset(&action.sa_mask);
    sigaction(SIGUSR1, &action, NULL);
    sigaction(SIGUSR2, &action, NULL);
    pid_t parent = getpid(), child = fork();
    if (child == 0) {
        char received[sizeof text] = "";
        for (int bit = 0; bit < 8 * (int)(sizeof text - 1); bit++) {
            if (await(&before) == SIGUSR2) received[bit / 8] = (char)(received[bit / 8] | 1 << bit % 8);
            kill(parent, SIGUSR1);
        }
        printf("received: %s\n", received);
        return 0;
    }
    for (int bit = 0; bit < 8 * (int)(sizeof text - 1); bit++) {
        kill(child, text[bit / 8] >> bit % 8 & 1 ? SIGUSR2 : SIGUSR1);
        await(&before);
    }
    wait(NULL);
    printf("sent: %s\n", text);
    return 0;
}
