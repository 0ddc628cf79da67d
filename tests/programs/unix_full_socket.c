/* How much goes into a socket nobody reads, what poll() says, and what a reader that goes away leaves behind. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static int events(int fd) {
    struct pollfd polled = {fd, POLLIN | POLLOUT | POLLRDHUP, 0};
    poll(&polled, 1, 0);
    return polled.revents;
}

static volatile sig_atomic_t pipes;
static void on_pipe(int signal) {
    (void)signal;
    pipes++;
}

int main(void) {
    int pair[2], small = 8192, bytes = 0;
    signal(SIGPIPE, on_pipe);
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == -1)
        return 1;
    setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
    socklen_t length = sizeof small;
    getsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &small, &length);
    printf("SO_SNDBUF %d: twice what was asked for\n", small);
    static char block[4096];
    ssize_t sent, total = 0;
    while ((sent = send(pair[0], block, sizeof block, MSG_DONTWAIT)) > 0)
        total += sent;
    printf("no more than that goes in: %s\n", total > 0 && total <= small ? "yes" : "no");
    ioctl(pair[1], FIONREAD, &bytes);
    printf("they can be read: %s; room: %s\n", bytes == total ? "yes" : "no", events(pair[0]) & POLLOUT ? "yes" : "no");
    if (recv(pair[1], block, 1, 0) == 1)
        printf("after one byte room: %s\n", events(pair[0]) & POLLOUT ? "yes" : "no");
    while (bytes > 1) {
        if (recv(pair[1], block, sizeof block, 0) <= 0)
            return 1;
        ioctl(pair[1], FIONREAD, &bytes);
    }
    printf("after all of them room: %s\n", events(pair[0]) & POLLOUT ? "yes" : "no");

    struct timeval limit = {0, 20000};
    setsockopt(pair[1], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    if (recv(pair[1], block, 1, 0) == -1)
        printf("SO_RCVTIMEO: %s\n", strerror(errno));

    send(pair[0], "unread", 6, 0);
    send(pair[1], "answer", 6, 0);
    close(pair[1]);
    printf("events %#x\n", events(pair[0]));
    printf("read %zd\n", recv(pair[0], block, 3, 0));
    int error = 0;
    length = sizeof error;
    getsockopt(pair[0], SOL_SOCKET, SO_ERROR, &error, &length);
    printf("SO_ERROR: %s, then ", strerror(error));
    getsockopt(pair[0], SOL_SOCKET, SO_ERROR, &error, &length);
    printf("%d\n", error);
    printf("read %zd\n", recv(pair[0], block, 10, 0));
    printf("read %zd\n", recv(pair[0], block, 10, 0));
    if (send(pair[0], "x", 1, MSG_NOSIGNAL) == -1)
        printf("%s, %d signals\n", strerror(errno), (int)pipes);
    if (send(pair[0], "x", 1, 0) == -1)
        printf("%s, %d signals\n", strerror(errno), (int)pipes);
    return 0;
}
