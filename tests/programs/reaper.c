/* A SIGCHLD handler that collects children. Standard signals do not queue, so it loops: one signal, maybe
 * three dead. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHILDREN 3

static volatile sig_atomic_t collected, sum;

static void reap(int sig) {
    int saved = errno, status;
    (void)sig;
    while (waitpid(-1, &status, WNOHANG) > 0) {
        collected++;
        sum += WEXITSTATUS(status);
    }
    errno = saved;
}

int main(void) {
    struct sigaction action;
    sigset_t block, old;
    memset(&action, 0, sizeof action);
    action.sa_handler = reap;
    sigemptyset(&action.sa_mask);
    sigaction(SIGCHLD, &action, NULL);

    /* Blocked while we look at the counter, let in only inside sigsuspend(): no signal can be missed between
     * the two. */
    sigemptyset(&block);
    sigaddset(&block, SIGCHLD);
    sigprocmask(SIG_BLOCK, &block, &old);
    for (int i = 1; i <= CHILDREN; i++) {
        if (fork() == 0) _exit(i * 10);
    }
    while (collected < CHILDREN) sigsuspend(&old);
    sigprocmask(SIG_SETMASK, &old, NULL);

    printf("%d children, statuses add up to %d\n", (int)collected, (int)sum);
    printf("wait() now fails: %s\n", wait(NULL) < 0 && errno == ECHILD ? "ECHILD" : "no");
    return 0;
}
