/* Who is at the other end? SO_PEERCRED says who connected, SO_PASSCRED who sent each message. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static void die(const char *what) {
    perror(what);
    exit(1);
}

static pid_t sender_of_next(int fd) {
    char text[16];
    struct iovec bytes = {text, sizeof text};
    union {
        char space[CMSG_SPACE(sizeof(struct ucred))];
        struct cmsghdr aligned;
    } control;
    struct msghdr message = {.msg_iov = &bytes, .msg_iovlen = 1};
    message.msg_control = control.space;
    message.msg_controllen = sizeof control.space;
    ssize_t received = recvmsg(fd, &message, 0);
    if (received == -1)
        die("recvmsg");
    struct cmsghdr *first = CMSG_FIRSTHDR(&message);
    if (!first || first->cmsg_type != SCM_CREDENTIALS)
        return -1;
    struct ucred who;
    memcpy(&who, CMSG_DATA(first), sizeof who);
    printf("\"%.*s\" ", (int)received, text);
    return who.pid;
}

int main(void) {
    int pair[2], yes = 1;
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == -1)
        die("socketpair");
    struct ucred peer;
    socklen_t length = sizeof peer;
    if (getsockopt(pair[0], SOL_SOCKET, SO_PEERCRED, &peer, &length) == -1)
        die("SO_PEERCRED");
    printf("made by this process: %s\n", peer.pid == getpid() && peer.uid == getuid() ? "yes" : "no");

    if (send(pair[1], "early", 5, 0) != 5 || setsockopt(pair[0], SOL_SOCKET, SO_PASSCRED, &yes, sizeof yes) == -1)
        die("send");
    pid_t child = fork();
    if (child == 0) {
        send(pair[1], "child", 5, 0);
        return 0;
    }
    wait(NULL);
    send(pair[1], "par", 3, 0);
    send(pair[1], "ent", 3, 0);
    printf("is from %d: asked too late\n", (int)sender_of_next(pair[0]));
    printf("is from the child: %s\n", sender_of_next(pair[0]) == child ? "yes" : "no");
    printf("is from the parent: %s\n", sender_of_next(pair[0]) == getpid() ? "yes" : "no");
    return 0;
}
