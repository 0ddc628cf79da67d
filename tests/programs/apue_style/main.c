/* In the manner of a book of many small programs with one header: errors, whole reads, ends of processes. */
#include <sys/wait.h>

#include "ourhdr.h"

static void sig_usr(int signo) {
    const char *text = signo == SIGUSR1 ? "received SIGUSR1\n" : "received SIGUSR2\n";
    if (writen(STDOUT_FILENO, text, strlen(text)) < 0) _exit(1);
}

static void child_ends(void (*how)(void)) {
    int status;
    pid_t pid;
    fflush(stdout);
    if ((pid = fork()) < 0)
        quit_sys("fork error");
    else if (pid == 0) {
        how();
        _exit(0);
    }
    if (waitpid(pid, &status, 0) != pid) quit_sys("waitpid error");
    pr_exit(status);
}

static void by_exit(void) {
    exit(7);
}
static void by_abort(void) {
    abort();
}
static void by_quit(void) {
    quit("no more %s", "work");
}
static void by_error(void) {
    if (chdir("/no/such/directory") < 0) quit_sys("can't change to %s", "/no/such/directory");
}

int main(void) {
    int fd[2];
    char buf[MAXLINE], big[10000], back[10000];
    if (handle(SIGUSR1, sig_usr) == SIG_ERR || handle(SIGUSR2, sig_usr) == SIG_ERR) quit_sys("can't catch");
    raise(SIGUSR1);
    raise(SIGUSR2);
    child_ends(by_exit);
    child_ends(by_abort);
    child_ends(by_quit);
    child_ends(by_error);
    errno = EAGAIN;
    report("only a report, number %d", 3);

    if (pipe(fd) < 0) quit_sys("pipe error");
    memset(big, 'b', sizeof big);
    if (fork() == 0) {
        close(fd[0]);
        for (size_t done = 0; done < sizeof big; done += 1000)
            if (writen(fd[1], big + done, 1000) != 1000) _exit(1);
        _exit(0);
    }
    close(fd[1]);
    ssize_t n = readn(fd[0], back, sizeof back);
    printf("%zd bytes in one call, the same: %d\n", n, memcmp(big, back, sizeof big) == 0);
    printf("then %zd\n", readn(fd[0], buf, min(sizeof buf, (size_t)10)));
    wait(NULL);
    return 0;
}
