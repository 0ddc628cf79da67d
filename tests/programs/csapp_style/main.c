/* In the manner of a book on systems: wrappers with a capital letter, output that is safe in handlers, buffered lines
 * over any descriptor, and a job list kept consistent by blocking SIGCHLD around it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "wrappers.h"

#define MAXJOBS 8

static volatile pid_t jobs[MAXJOBS];
static volatile int added, deleted;

static void addjob(pid_t pid) {
    jobs[added++] = pid;
}

static void deletejob(pid_t pid) {
    for (int i = 0; i < added; i++)
        if (jobs[i] == pid) {
            jobs[i] = 0;
            deleted++;
            return;
        }
    sio_puts("a job that was never added\n");
}

static void sigchld_handler(int sig) {
    sigset_t all, before;
    pid_t pid;
    (void)sig;
    sigfillset(&all);
    while ((pid = waitpid(-1, NULL, WNOHANG)) > 0) {
        Sigprocmask(SIG_BLOCK, &all, &before);
        deletejob(pid);
        Sigprocmask(SIG_SETMASK, &before, NULL);
    }
}

static void lines(void) {
    int fd[2];
    char line[200];
    rio_t rio;
    ssize_t n;
    if (pipe(fd) < 0) exit(1);
    if (Fork() == 0) {
        static const char text[] = "first\nsecond, which is longer than the buffer of the reader is, in any case\n\nend";
        close(fd[0]);
        rio_writen(fd[1], text, sizeof text - 1);
        _exit(0);
    }
    close(fd[1]);
    rio_init(&rio, fd[0]);
    while ((n = rio_readline(&rio, line, sizeof line)) > 0) printf("%2d: %s", (int)n, line);
    printf("\n");
    close(fd[0]);
}

int main(void) {
    sigset_t one, before;
    Sigemptyset(&one);
    Sigaddset(&one, SIGCHLD);
    Signal(SIGCHLD, sigchld_handler);
    for (int i = 0; i < MAXJOBS; i++) { /* one job after the other */
        Sigprocmask(SIG_BLOCK, &one, &before);
        pid_t pid = Fork();
        if (pid == 0) {
            Sigprocmask(SIG_SETMASK, &before, NULL);
            _exit(i);
        }
        addjob(pid);
        while (deleted < added) sigsuspend(&before);
        Sigprocmask(SIG_SETMASK, &before, NULL);
    }
    sio_puts("jobs added ");
    sio_putl(added);
    sio_puts(", deleted ");
    sio_putl(deleted);
    sio_puts("\n");
    Signal(SIGCHLD, SIG_DFL);
    lines();
    int *numbers = Malloc(10 * sizeof *numbers);
    for (int i = 0; i < 10; i++) numbers[i] = i * i;
    printf("%d\n", numbers[9]);
    free(numbers);
    int status;
    pid_t pid = Fork();
    if (pid == 0) exit(3);
    printf("reaped the right one: %d", Waitpid(pid, &status, 0) == pid);
    printf(", status %d\n", WEXITSTATUS(status));
    return 0;
}
