/* pidfd_getfd(): a descriptor of another process, without its help: the same description, with the same offset. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

static void tell(const char *what, int result) {
    if (result < 0)
        printf("%s: %s\n", what, strerrorname_np(errno));
    else
        printf("%s: it works\n", what);
}

int main(void) {
    int ready[2], go[2];
    char byte, bytes[8] = "";
    pipe(ready);
    pipe(go);
    pid_t child = fork();
    if (child == 0) {
        int file = open("shared", O_RDWR | O_CREAT | O_TRUNC, 0600);
        dup2(file, 20);
        write(20, "abcdef", 6);
        lseek(20, 2, SEEK_SET);
        write(ready[1], "r", 1);
        read(go[0], &byte, 1);
        printf("the child's offset is %ld\n", (long)lseek(20, 0, SEEK_CUR));
        return 0;
    }
    read(ready[0], &byte, 1);
    int process = pidfd_open(child, 0);
    int borrowed = pidfd_getfd(process, 20, 0);
    tell("pidfd_getfd", borrowed);
    printf("close-on-exec: %d\n", fcntl(borrowed, F_GETFD));
    read(borrowed, bytes, 3);
    printf("read \"%s\"\n", bytes);
    tell("one that is not open", pidfd_getfd(process, 99, 0));
    tell("with flags", pidfd_getfd(process, 20, 1));
    tell("not by a pidfd", pidfd_getfd(borrowed, 20, 0));
    write(go[1], "g", 1);
    waitpid(child, NULL, 0);
    tell("of a process that is gone", pidfd_getfd(process, 20, 0));
    unlink("shared");
    return 0;
}
