/* An open file travels through a socket: from a process that may open it to one that reads it. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

union control {
    char space[CMSG_SPACE(sizeof(int))];
    struct cmsghdr aligned;
};

static void die(const char *what) {
    perror(what);
    exit(1);
}

static void give(int sock, int fd) {
    char letter = '!';
    struct iovec bytes = {&letter, 1};
    union control control = {{0}};
    struct msghdr message = {.msg_iov = &bytes, .msg_iovlen = 1};
    message.msg_control = control.space;
    message.msg_controllen = sizeof control.space;
    struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(rights), &fd, sizeof fd);
    if (sendmsg(sock, &message, 0) == -1)
        die("sendmsg");
}

static int take(int sock) {
    char letter;
    int fd;
    struct iovec bytes = {&letter, 1};
    union control control;
    struct msghdr message = {.msg_iov = &bytes, .msg_iovlen = 1};
    message.msg_control = control.space;
    message.msg_controllen = sizeof control.space;
    if (recvmsg(sock, &message, 0) != 1)
        die("recvmsg");
    memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof fd);
    return fd;
}

int main(void) {
    int pair[2];
    char text[8] = "";
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == -1)
        die("socketpair");

    pid_t child = fork();
    if (child == -1)
        die("fork");
    if (child == 0) {
        close(pair[0]);
        int fd = take(pair[1]);
        if (read(fd, text, 5) != 5)
            die("read");
        printf("child, descriptor %d: %s\n", fd, text);
        return 0;
    }

    close(pair[1]);
    sleep(1);
    int file = open("/tmp/secret", O_RDONLY);
    int copy = dup(file);
    if (copy == -1 || read(copy, text, 6) != 6)
        die("read");
    give(pair[0], copy);
    close(copy);
    wait(NULL);
    if (read(file, text, 4) != 4)
        die("read");
    printf("parent, descriptor %d: %.4s\n", file, text);
    return 0;
}
