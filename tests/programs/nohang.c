/* waitpid() that does not wait: 0 while the child lives. */
#include <errno.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    int leash[2], status = -1;
    char byte;
    if (pipe(leash) < 0) return 1;
    pid_t pid = fork();
    if (pid == 0) {
        close(leash[1]);
        _exit(read(leash[0], &byte, 1) == 0 ? 9 : 1);
    }
    close(leash[0]);
    printf("while it lives: %d\n", (int)waitpid(pid, &status, WNOHANG));
    close(leash[1]);
    pid_t got = waitpid(pid, &status, 0);
    printf("when it has ended: %s, status %d\n", got == pid ? "its number" : "?", WEXITSTATUS(status));
    got = waitpid(pid, &status, WNOHANG);
    printf("afterwards: %d, %s\n", (int)got, errno == ECHILD ? "ECHILD" : "?");
    return 0;
}
