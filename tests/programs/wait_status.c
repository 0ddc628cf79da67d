/* What a wait status says: how did each of these children end? */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void report(int status) {
    if (WIFEXITED(status)) {
        printf("exited with status %d\n", WEXITSTATUS(status));
    } else if (WIFSIGNALED(status)) {
        printf("killed by signal %d%s\n", WTERMSIG(status), WTERMSIG(status) == SIGKILL ? " (SIGKILL)" : "");
    } else {
        printf("something else: %#x\n", (unsigned)status);
    }
}

static void end(int how) {
    switch (how) {
        case 0: exit(0);
        case 1: exit(7);
        case 2: exit(256 + 3); /* only the low eight bits arrive */
        case 3: raise(SIGTERM); break;
        case 4: kill(getpid(), SIGKILL); break;
        case 5: abort();
        case 6: _exit(-1);
    }
    for (;;) pause();
}

int main(void) {
    for (int how = 0; how < 7; how++) {
        pid_t pid = fork();
        if (pid == 0) end(how);
        int status;
        if (waitpid(pid, &status, 0) == pid) {
            printf("child %d ", how);
            report(status & ~0x80); /* without the core dump flag */
        }
        fflush(stdout);
    }
    if (wait(NULL) < 0) printf("wait() without children fails\n");
    return 0;
}
