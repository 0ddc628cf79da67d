/* Which descriptors a child and a new program have: all, without those marked close-on-exec. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    int plain = open("/dev/null", O_RDONLY), marked = open("/dev/null", O_RDONLY | O_CLOEXEC);
    int late = dup(marked);
    printf("flags: %d %d %d\n", fcntl(plain, F_GETFD), fcntl(marked, F_GETFD), fcntl(late, F_GETFD));
    fcntl(late, F_SETFD, FD_CLOEXEC);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        char line[200];
        printf("after fork: %d %d %d\n", fcntl(plain, F_GETFD) >= 0, fcntl(marked, F_GETFD) >= 0,
               fcntl(late, F_GETFD) >= 0);
        fflush(stdout);
        close(STDERR_FILENO);
        if (open("/dev/null", O_WRONLY) != STDERR_FILENO) _exit(1);
        snprintf(line, sizeof line, "cat <&%d && echo %d is open; cat <&%d || echo %d is closed", plain, 3, marked, 4);
        execl("/bin/sh", "sh", "-c", line, (char *)NULL);
        _exit(127);
    }
    wait(NULL);
    int result = fcntl(99, F_GETFD);
    printf("a bad one: %d %s\n", result, strerror(errno));
    printf("the lowest free number from 200 on: %d\n", fcntl(plain, F_DUPFD, 200));
    return 0;
}
