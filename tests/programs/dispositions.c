/* What a child inherits of its parent's signal arrangements, and how a signal ends it. */
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static void handler(int sig) {
    char text[] = "handler: signal ..\n";
    text[16] = (char)('0' + sig / 10);
    text[17] = (char)('0' + sig % 10);
    if (write(STDOUT_FILENO, text, sizeof text - 1) < 0) _exit(1);
}

static void try(const char *name, int sig) {
    pid_t pid = fork();
    if (pid == 0) {
        raise(sig);
        _exit(0);
    }
    int status;
    waitpid(pid, &status, 0);
    printf("%-8s %s", name, WIFSIGNALED(status) ? "kills" : "does not kill");
    if (WIFSIGNALED(status)) printf(" (%s)", WTERMSIG(status) == sig ? "the same signal in the status" : "?");
    printf("\n");
    fflush(stdout);
}

int main(void) {
    signal(SIGUSR1, handler);
    signal(SIGHUP, SIG_IGN);
    try("SIGUSR1", SIGUSR1);
    try("SIGHUP", SIGHUP);
    try("SIGINT", SIGINT);
    try("SIGCHLD", SIGCHLD);
    try("SIGCONT", SIGCONT);
    try("SIGALRM", SIGALRM);
    try("SIGKILL", SIGKILL);
    if (signal(SIGKILL, handler) == SIG_ERR) printf("SIGKILL cannot be caught\n");
    return 0;
}
