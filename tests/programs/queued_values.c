/* Real-time signals queue, in order, each with its value; the lower number comes first. */
#define _POSIX_C_SOURCE 200809L
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { EVENTS = 6 };
static volatile sig_atomic_t count, numbers[EVENTS], values[EVENTS], from_parent;

static void on_event(int signal, siginfo_t *info, void *context) {
    (void)context;
    numbers[count] = signal - SIGRTMIN;
    values[count++] = info->si_value.sival_int;
    from_parent += info->si_pid == getppid() && info->si_code == SI_QUEUE;
}

int main(void) {
    struct sigaction action = {.sa_sigaction = on_event, .sa_flags = SA_SIGINFO};
    sigset_t events, before;
    int ready[2];
    char byte;
    sigfillset(&action.sa_mask);
    sigemptyset(&events);
    for (int i = 0; i < 3; i++) {
        sigaction(SIGRTMIN + i, &action, NULL);
        sigaddset(&events, SIGRTMIN + i);
    }
    sigprocmask(SIG_BLOCK, &events, &before);
    if (pipe(ready) < 0) return 1;
    pid_t child = fork();
    if (child == 0) {
        if (read(ready[0], &byte, 1) != 1) _exit(1);
        sigprocmask(SIG_SETMASK, &before, NULL);
        for (int i = 0; i < count; i++) printf("RTMIN+%d value %d\n", (int)numbers[i], (int)values[i]);
        printf("%d from the parent\n", (int)from_parent);
        return 0;
    }
    for (int i = 0; i < EVENTS; i++) {
        union sigval value = {.sival_int = 100 + i};
        if (sigqueue(child, SIGRTMIN + 2 - i % 3, value) < 0) perror("sigqueue");
    }
    if (write(ready[1], "x", 1) != 1) return 1;
    wait(NULL);
    return 0;
}
