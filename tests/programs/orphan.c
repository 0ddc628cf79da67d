/* A process whose parent ends gets a new one. */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    int go[2], done[2];
    char byte = 'x';
    if (pipe(go) < 0 || pipe(done) < 0) return 1;
    pid_t middle = fork();
    if (middle == 0) {
        pid_t self = getpid();
        if (fork() == 0) {
            close(go[1]);
            if (read(go[0], &byte, 1) < 0) perror("read");
            printf("grandchild: my parent %s\n", getppid() == self ? "is the same" : "has changed");
            fflush(stdout);
            if (write(done[1], &byte, 1) != 1) perror("write");
            _exit(0);
        }
        _exit(0);
    }
    close(done[1]);
    waitpid(middle, NULL, 0);
    if (write(go[1], &byte, 1) != 1) perror("write");
    printf("parent: heard %zd byte from the orphan\n", read(done[0], &byte, 1));
    printf("parent: waiting for it gives %d\n", (int)wait(NULL));
    return 0;
}
