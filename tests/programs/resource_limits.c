// Limits of a process: descriptors, the size of files, CPU time (getrlimit(2)).
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t too_long;

static void report(const char *what, int result) {
    printf("%s: %d%s%s\n", what, result, result < 0 ? " " : "", result < 0 ? strerror(errno) : "");
}

static void on_too_long(int signal) {
    (void)signal;
    too_long++;
}

static void soft(int resource, rlim_t limit) {
    struct rlimit both;
    if (getrlimit(resource, &both) == -1) perror("getrlimit");
    both.rlim_cur = limit;
    if (setrlimit(resource, &both) == -1) perror("setrlimit");
}

static void burn(void) {
    volatile unsigned long n = 0;
    for (;;) n++;
}

int main(void) {
    struct rlimit both = {5, 4};
    struct sigaction action;
    int opened = 0, status;

    report("soft above hard", setrlimit(RLIMIT_NOFILE, &both));
    report("no resource", getrlimit(99, &both));
    soft(RLIMIT_NOFILE, 10);
    while (dup(0) != -1) opened++;
    printf("%d more descriptors, then %s\n", opened, strerror(errno));
    report("dup2 to the limit", dup2(0, 10));
    for (int fd = 3; fd < 10; fd++) close(fd);

    memset(&action, 0, sizeof action);
    action.sa_handler = on_too_long;
    sigaction(SIGXFSZ, &action, NULL);
    soft(RLIMIT_FSIZE, 5000);
    int file = open("limited", O_CREAT | O_TRUNC | O_WRONLY, 0600);
    char bytes[2048] = {0};
    for (int i = 0; i < 4; i++) {
        report("write", (int)write(file, bytes, sizeof bytes));
        printf("signals %d\n", (int)too_long);
    }
    signal(SIGXFSZ, SIG_IGN);
    report("ignored", (int)write(file, bytes, 1));
    unlink("limited");

    fflush(stdout);
    if (fork() == 0) {
        soft(RLIMIT_CPU, 1);
        burn();
    }
    wait(&status);
    printf("killed by SIGXCPU: %d\n", WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU);
    return 0;
}
