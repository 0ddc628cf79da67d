/* abort() ends the process even where SIGABRT is caught and the handler returns; a handler that jumps away wins. */
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static sigjmp_buf back;

static void returns(int signal) {
    (void)signal;
    static const char text[] = "handler returns\n";
    if (write(STDOUT_FILENO, text, sizeof text - 1) < 0) _exit(1);
}

static void jumps(int signal) {
    siglongjmp(back, signal);
}

static void child(void (*handler)(int)) {
    signal(SIGABRT, handler);
    if (sigsetjmp(back, 1) == 0) abort();
    printf("still here\n");
    exit(4);
}

static void experiment(const char *name, void (*handler)(int)) {
    int status;
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) child(handler);
    waitpid(pid, &status, 0);
    if (WIFSIGNALED(status))
        printf("%s: killed by %d\n", name, WTERMSIG(status));
    else
        printf("%s: exited with %d\n", name, WEXITSTATUS(status));
}

int main(void) {
    experiment("default", SIG_DFL);
    experiment("ignored", SIG_IGN);
    experiment("returns", returns);
    experiment("jumps", jumps);
    return 0;
}
