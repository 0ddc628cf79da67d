/* Two handlers count; a third process sends. Unblocked one by one, no signal is lost because each is acknowledged. */
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t ones, twos;
static int acknowledge[2];

static void on_one(int signal) {
    (void)signal;
    ones++;
    if (write(acknowledge[1], "1", 1) != 1) _exit(1);
}

static void on_two(int signal) {
    (void)signal;
    twos++;
    if (write(acknowledge[1], "2", 1) != 1) _exit(1);
}

int main(void) {
    struct sigaction action = {.sa_flags = SA_RESTART};
    int status;
    char byte;
    if (pipe(acknowledge) < 0) return 1;
    action.sa_handler = on_one;
    sigaction(SIGUSR1, &action, NULL);
    action.sa_handler = on_two;
    sigaction(SIGUSR2, &action, NULL);
    pid_t parent = getpid(), child = fork();
    if (child == 0) {
        for (int i = 0; i < 10; i++) {
            kill(parent, i % 3 == 0 ? SIGUSR2 : SIGUSR1);
            if (read(acknowledge[0], &byte, 1) != 1) _exit(1);
            if (byte != (i % 3 == 0 ? '2' : '1')) _exit(2);
        }
        _exit(0);
    }
    waitpid(child, &status, 0);
    printf("%d and %d, sender: %d\n", (int)ones, (int)twos, WEXITSTATUS(status));
    return 0;
}
