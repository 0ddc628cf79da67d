/* A reader that does not wait: EAGAIN while nothing is there, the bytes when they are, 0 at the end. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void look(int fd) {
    char text[8];
    ssize_t got = read(fd, text, sizeof text);
    if (got < 0)
        printf("%s\n", errno == EAGAIN ? "EAGAIN" : strerror(errno));
    else
        printf("%zd bytes [%.*s]\n", got, (int)got, text);
}

int main(void) {
    int ends[2];
    if (pipe(ends) < 0) return 1;
    fcntl(ends[0], F_SETFL, fcntl(ends[0], F_GETFL) | O_NONBLOCK);
    look(ends[0]);
    if (fork() == 0) _exit(write(ends[1], "a longer text", 13) == 13 ? 0 : 1);
    wait(NULL);
    look(ends[0]);
    look(ends[0]);
    look(ends[0]);
    close(ends[1]);
    look(ends[0]);
    printf("the flag belongs to the open file: %d\n", (fcntl(dup(ends[0]), F_GETFL) & O_NONBLOCK) != 0);
    return 0;
}
