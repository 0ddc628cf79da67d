/* vfork(): the child has the parent's memory, and the parent waits until it executes or ends. */
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile int global = 1;

static void handler(int sig) {
    (void)sig;
    if (write(1, "handler\n", 8) != 8) _exit(1);
}

static void run(const char *name) {
    volatile int local = 10;
    int status;
    pid_t pid = vfork();
    if (pid == 0) {
        global++;
        local++;
        execlp(name, name, "executed", (char *)NULL);
        global += 100;
        _exit(9);
    }
    waitpid(pid, &status, 0);
    printf("%s: global %d, local %d, status %d\n", name, global, local, WEXITSTATUS(status));
    fflush(stdout);
}

int main(void) {
    run("echo");
    run("no-such-program");

    /* A signal to the parent waits as well. */
    pid_t parent = getpid();
    signal(SIGUSR1, handler);
    if (vfork() == 0) {
        kill(parent, SIGUSR1);
        if (write(1, "child\n", 6) != 6) _exit(1);
        _exit(0);
    }
    wait(NULL);
    printf("parent\n");
    return 0;
}
