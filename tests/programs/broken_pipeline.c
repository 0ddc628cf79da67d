/* The reader of a pipeline goes early: the writer before it is ended by SIGPIPE, and nobody hangs. */
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    int ends[2], status;
    char bytes[4];
    if (pipe(ends) < 0) return 1;
    pid_t writer = fork();
    if (writer == 0) {
        close(ends[0]);
        for (;;)
            if (write(ends[1], "yes\n", 4) != 4) _exit(1);
    }
    close(ends[1]);
    ssize_t got = read(ends[0], bytes, sizeof bytes);
    printf("%d bytes are enough\n", (int)got);
    close(ends[0]);
    waitpid(writer, &status, 0);
    printf("the writer: %s\n", WIFSIGNALED(status) && WTERMSIG(status) == SIGPIPE ? "SIGPIPE" : "?");
    return 0;
}
