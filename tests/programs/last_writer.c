/* End of file means: no write end is open any more, in any process. Duplicates count. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static void look(int fd, const char *when) {
    char byte;
    ssize_t got = read(fd, &byte, 1);
    printf("%-28s read() = %zd%s\n", when, got,
           got < 0 && errno == EAGAIN ? " (EAGAIN: a writer remains)" : "");
}

int main(void) {
    int ends[2], hold[2];
    char byte;
    if (pipe(ends) < 0 || pipe(hold) < 0) return 1;
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    int copy = dup(ends[1]);

    look(ends[0], "all open:");
    close(ends[1]);
    look(ends[0], "the original closed:");
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        close(hold[1]);
        if (read(hold[0], &byte, 1) < 0) perror("read");
        _exit(0);
    }
    close(hold[0]);
    close(copy);
    look(ends[0], "the parent's copy closed:");
    close(hold[1]);
    waitpid(pid, NULL, 0);
    look(ends[0], "and the child gone:");
    return 0;
}
