/* Process groups and sessions: who is in which, and a signal to a whole group. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    int ready[2], status;
    char byte;
    pid_t first, second;
    if (pipe(ready) < 0) return 1;
    if ((first = fork()) == 0) {
        setpgid(0, 0);
        if (write(ready[1], "1", 1) != 1) _exit(1);
        for (;;) pause();
    }
    setpgid(first, first);
    if ((second = fork()) == 0) {
        setpgid(0, first);
        if (write(ready[1], "2", 1) != 1) _exit(1);
        for (;;) pause();
    }
    setpgid(second, first);
    if (read(ready[0], &byte, 1) != 1 || read(ready[0], &byte, 1) != 1) return 1;
    printf("the first leads its group: %d\n", getpgid(first) == first);
    printf("the second is in it: %d\n", getpgid(second) == first);
    printf("not in mine: %d\n", getpgrp() != first);
    printf("same session: %d\n", getsid(first) == getsid(0));
    killpg(first, SIGUSR1);
    for (int i = 0; i < 2; i++) {
        pid_t ended = waitpid(-first, &status, 0);
        printf("one of the group was killed by %d: %d\n", WTERMSIG(status), ended == first || ended == second);
    }
    printf("the group is empty: %d %s\n", killpg(first, 0), strerror(errno));

    fflush(stdout);
    if (fork() == 0) {
        pid_t before = getsid(0), session = setsid();
        printf("setsid: new session %d, leader of session and group %d %d\n", session != before,
               session == getpid(), getpgrp() == getpid());
        printf("again: %d %s\n", setsid(), strerror(errno));
        fflush(stdout);
        _exit(0);
    }
    wait(NULL);
    return 0;
}
