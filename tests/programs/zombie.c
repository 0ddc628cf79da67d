/* A dead child that nobody has waited for is a zombie: it still has a process number, and kill(pid, 0) finds
 * it. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    int ends[2], status;
    char byte;
    if (pipe(ends) < 0) {
        perror("pipe");
        return 1;
    }
    pid_t pid = fork();
    if (pid == 0) {
        close(ends[0]);
        _exit(42);
    }
    close(ends[1]);
    /* The child has the only write end: end of file means that it has given up all its descriptors. */
    printf("read: %zd\n", read(ends[0], &byte, 1));
    printf("kill(pid, 0) before wait: %d\n", kill(pid, 0));
    printf("wait: %s\n", wait(&status) == pid ? "our child" : "somebody else");
    printf("it had exited with %d\n", WEXITSTATUS(status));
    int found = kill(pid, 0);
    printf("kill(pid, 0) after wait: %d (%s)\n", found, found < 0 ? strerror(errno) : "still there");
    return 0;
}
