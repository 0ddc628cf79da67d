/* A daemon's habit: its number stands in a file, by which others find it and send it signals. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const name = "/tmp/pid_file.pid";
static volatile sig_atomic_t reloads, stop;

static void on_signal(int signal) {
    if (signal == SIGHUP) reloads++;
    if (signal == SIGTERM) stop = 1;
}

static void serve(int ready) {
    struct sigaction action = {.sa_handler = on_signal};
    sigset_t block, before;
    sigemptyset(&block);
    sigaddset(&block, SIGHUP);
    sigaddset(&block, SIGTERM);
    sigprocmask(SIG_BLOCK, &block, &before);
    sigaction(SIGHUP, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    FILE *file = fopen(name, "w");
    fprintf(file, "%d\n", (int)getpid());
    fclose(file);
    for (int told = 0; !stop;) {
        if (write(ready, "r", 1) != 1) _exit(1);
        while (told == reloads && !stop) sigsuspend(&before);
        told = reloads;
    }
    unlink(name);
    _exit(reloads);
}

int main(void) {
    int ready[2], status, pid = 0;
    char byte;
    if (pipe(ready) < 0) return 1;
    pid_t daemon_pid = fork();
    if (daemon_pid == 0) serve(ready[1]);
    if (read(ready[0], &byte, 1) != 1) return 1;
    FILE *file = fopen(name, "r");
    if (!file || fscanf(file, "%d", &pid) != 1) return 1;
    fclose(file);
    printf("found by its file: %d\n", pid == daemon_pid);
    for (int i = 0; i < 3; i++) {
        kill(pid, SIGHUP);
        if (read(ready[0], &byte, 1) != 1) return 1;
    }
    kill(pid, SIGTERM);
    waitpid(daemon_pid, &status, 0);
    printf("it reloaded %d times, its file is gone: %d\n", WEXITSTATUS(status), access(name, F_OK) < 0);
    return 0;
}
