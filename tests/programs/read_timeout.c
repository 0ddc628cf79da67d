/* A read() with a time limit, by alarm() and a jump out of the handler. */
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static sigjmp_buf too_late;

static void on_alarm(int signal) {
    (void)signal;
    siglongjmp(too_late, 1);
}

static int read_line(int fd, char *line, size_t size, unsigned limit) {
    if (sigsetjmp(too_late, 1) != 0) return -2;
    alarm(limit);
    ssize_t got = read(fd, line, size - 1);
    alarm(0);
    if (got >= 0) line[got] = '\0';
    return (int)got;
}

int main(void) {
    int ends[2];
    char line[64];
    signal(SIGALRM, on_alarm);
    if (pipe(ends) < 0) return 1;
    printf("nothing comes: %d\n", read_line(ends[0], line, sizeof line, 1));
    if (fork() == 0) {
        usleep(50000);
        if (write(ends[1], "a line", 6) != 6) _exit(1);
        _exit(0);
    }
    int got = read_line(ends[0], line, sizeof line, 5);
    printf("in time: %d bytes: %s\n", got, line);
    wait(NULL);
    sigset_t mask;
    sigprocmask(SIG_BLOCK, NULL, &mask);
    printf("SIGALRM is blocked: %d\n", sigismember(&mask, SIGALRM));
    return 0;
}
