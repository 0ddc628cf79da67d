/* A pipe between a parent and its child. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void nap(int tenths) {
    usleep(tenths * 100000);
}

static void say(int fd, const char *text) {
    if (write(fd, text, strlen(text)) < 0) {
        perror("write");
        exit(1);
    }
}

static void listen_to(int fd) {
    char text[32];
    ssize_t got;
    while ((got = read(fd, text, sizeof text)) > 0) {
        printf("child: %zd bytes: %.*s\n", got, (int)got, text);
        nap(4);
    }
    printf("child: end of file\n");
}

int main(void) {
    int ends[2];
    if (pipe(ends) < 0) {
        perror("pipe");
        return 1;
    }
    if (fork() == 0) {
        close(ends[1]); /* the child only reads */
        listen_to(ends[0]);
        exit(0);
    }

    close(ends[0]); /* the parent only writes */
    nap(2);
    say(ends[1], "hello");
    nap(2);
    say(ends[1], "good");
    say(ends[1], "bye");
    close(ends[1]);
    wait(NULL);
    printf("parent: my child has ended\n");
    return 0;
}
