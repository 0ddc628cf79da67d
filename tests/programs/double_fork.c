/* Forking twice: the parent waits only for the first child, and the second one belongs to somebody else. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    int go[2], done[2];
    char text[64];
    if (pipe(go) < 0 || pipe(done) < 0) return 1;
    pid_t first = fork();
    if (first == 0) {
        pid_t own = getpid();
        if (fork() > 0) exit(0);
        if (read(go[0], text, 1) != 1) exit(1); /* the first child has been reaped by then */
        int length = snprintf(text, sizeof text, "second child: the first is %s my parent\n",
                              getppid() == own ? "still" : "no longer");
        exit(write(done[1], text, (size_t)length) == length ? 0 : 1);
    }
    if (waitpid(first, NULL, 0) == first) printf("parent: the first child is gone\n");
    printf("parent: no child is left: %d\n", wait(NULL));
    if (write(go[1], "x", 1) != 1) return 1;
    ssize_t got = read(done[0], text, sizeof text);
    printf("%.*s", (int)got, text);
    return 0;
}
