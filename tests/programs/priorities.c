/* Nice values: inherited by children, raised by anybody, bounded. */
#include <errno.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    int start = getpriority(PRIO_PROCESS, 0);
    errno = 0;
    int now = nice(3);
    printf("raised by %d, errno %d\n", now - start, errno);
    fflush(stdout);
    if (fork() == 0) {
        printf("the child has the same: %d\n", getpriority(PRIO_PROCESS, 0) == now);
        printf("setpriority: %d\n", setpriority(PRIO_PROCESS, 0, 15));
        printf("%d\n", getpriority(PRIO_PROCESS, getpid()));
        if (nice(100) != 19) _exit(1);
        printf("at most %d\n", getpriority(PRIO_PROCESS, 0));
        fflush(stdout);
        _exit(0);
    }
    wait(NULL);
    printf("the parent keeps its own: %d\n", getpriority(PRIO_PROCESS, 0) == now);
    printf("nobody there: %d\n", getpriority(PRIO_PROCESS, 999999) == -1 && errno == ESRCH);
    return 0;
}
