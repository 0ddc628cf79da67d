/* A signal whose handler returns ends a blocking read() early, unless SA_RESTART asks for it to go on. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t signals;

static void handler(int sig) {
    (void)sig;
    signals++;
}

static void experiment(int flags, const char *name) {
    struct sigaction action;
    int ends[2];
    char byte = '?';
    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    action.sa_flags = flags;
    sigemptyset(&action.sa_mask);
    sigaction(SIGUSR1, &action, NULL);
    if (pipe(ends) < 0) return;
    signals = 0;
    fflush(stdout);

    pid_t parent = getpid(), child = fork();
    if (child == 0) {
        usleep(200000); /* time for the parent to block in read() */
        kill(parent, SIGUSR1);
        usleep(200000);
        if (write(ends[1], "!", 1) != 1) perror("write");
        _exit(0);
    }
    ssize_t got = read(ends[0], &byte, 1);
    if (got < 0) {
        printf("%s: read() failed with %s after %d signal\n", name, errno == EINTR ? "EINTR" : "?",
               (int)signals);
        got = read(ends[0], &byte, 1);
        printf("%s: the second read() got %zd byte: %c\n", name, got, byte);
    } else {
        printf("%s: read() got %zd byte: %c, after %d signal\n", name, got, byte, (int)signals);
    }
    close(ends[0]);
    close(ends[1]);
    waitpid(child, NULL, 0);
}

int main(void) {
    experiment(0, "without SA_RESTART");
    experiment(SA_RESTART, "with SA_RESTART");
    return 0;
}
