/* exec() only returns when it has failed. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void try(const char *path) {
    char name[64];
    strcpy(name, path);
    char *arguments[] = {name, NULL};
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        execvp(path, arguments);
        int error = errno;
        printf("%s: %s\n", path, strerror(error));
        fflush(stdout);
        _exit(error == ENOENT ? 127 : 126);
    }
    int status;
    waitpid(pid, &status, 0);
    printf("status %d\n", WEXITSTATUS(status));
}

int main(void) {
    try("/tmp/no-such-program");
    try("no-such-program-on-the-path");
    int fd = open("/tmp/not-executable", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    close(fd);
    try("/tmp/not-executable");
    unlink("/tmp/not-executable");
    try("/tmp");
    return 0;
}
