/* A process that takes its signals one after the other with sigwait(), instead of being interrupted by them. */
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    sigset_t set;
    int ready[2], signal;
    char byte;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigaddset(&set, SIGHUP);
    sigaddset(&set, SIGTERM);
    sigprocmask(SIG_BLOCK, &set, NULL);
    if (pipe(ready) < 0) return 1;
    pid_t server = fork();
    if (server == 0) {
        for (int works = 1; works;) {
            if (sigwait(&set, &signal) != 0) _exit(1);
            switch (signal) {
                case SIGUSR1:
                    printf("a request\n");
                    break;
                case SIGHUP:
                    printf("configuration read again\n");
                    break;
                default:
                    printf("finished\n");
                    works = 0;
            }
            fflush(stdout);
            if (write(ready[1], "k", 1) != 1) _exit(1);
        }
        _exit(0);
    }
    static const int orders[] = {SIGUSR1, SIGHUP, SIGUSR1, SIGTERM};
    for (int i = 0; i < 4; i++) {
        kill(server, orders[i]);
        if (read(ready[0], &byte, 1) != 1) return 1;
    }
    wait(NULL);
    printf("four signals were taken\n");
    return 0;
}
