/* A signalfd belongs to nobody: whoever reads it gets signals of his own. */
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    sigset_t mask;
    sigemptyset(&mask);
    sigaddset(&mask, SIGUSR1);
    sigaddset(&mask, SIGUSR2);
    sigprocmask(SIG_BLOCK, &mask, NULL);
    int fd = signalfd(-1, &mask, 0), ready[2];
    if (fd < 0 || pipe(ready) < 0) return 1;
    kill(getpid(), SIGUSR1);
    pid_t parent = getpid(), child = fork();
    struct signalfd_siginfo info;
    if (child == 0) {
        if (write(ready[1], "x", 1) != 1) _exit(1);
        if (read(fd, &info, sizeof info) != sizeof info) _exit(1); /* its own SIGUSR2, not the parent's SIGUSR1 */
        _exit(info.ssi_signo == SIGUSR2 && info.ssi_pid == (unsigned)parent ? 3 : 4);
    }
    char byte;
    if (read(ready[0], &byte, 1) != 1) return 1;
    kill(child, SIGUSR2);
    int status;
    waitpid(child, &status, 0);
    printf("child: %d\n", WEXITSTATUS(status));
    if (read(fd, &info, sizeof info) != sizeof info) return 1;
    printf("parent: %s\n", info.ssi_signo == SIGUSR1 ? "SIGUSR1" : "another");
    return 0;
}
