/* connect() does not wait for accept(): it waits for a place in the backlog. And what was sent before accept() is there. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
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

int main(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "/tmp/backlog.socket"};
    unlink(address.sun_path);
    int listening = socket(AF_UNIX, SOCK_STREAM, 0);
    if (bind(listening, (struct sockaddr *)&address, sizeof address) == -1 || listen(listening, 1) == -1)
        die("listen");
    int clients[4], connected = 0;
    for (int i = 0; i < 4; i++) {
        clients[i] = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
        if (connect(clients[i], (struct sockaddr *)&address, sizeof address) == 0)
            connected++;
        else
            printf("client %d: %s\n", i, strerror(errno));
    }
    printf("listen(fd, 1) lets %d connect\n", connected);
    if (send(clients[0], "hello", 5, 0) != 5)
        die("send");
    struct pollfd polled = {listening, POLLIN, 0};
    if (poll(&polled, 1, 0) == 1)
        printf("somebody is waiting to be accepted: %s\n", polled.revents & POLLIN ? "yes" : "no");
    fflush(stdout);

    pid_t child = fork();
    if (child == 0) {
        fcntl(clients[2], F_SETFL, 0);
        if (connect(clients[2], (struct sockaddr *)&address, sizeof address) == -1)
            die("child: connect");
        send(clients[2], "late", 4, 0);
        return 0;
    }
    char text[16];
    for (int i = 0; i < 3; i++) {
        int fd = accept(listening, NULL, NULL);
        if (fd == -1)
            die("accept");
        if (i == 1) {
            close(fd);
            ssize_t bytes = recv(clients[1], text, sizeof text, 0);
            printf("closed by the server: %zd\n", bytes);
            continue;
        }
        ssize_t bytes = recv(fd, text, sizeof text, 0);
        printf("accepted: %.*s\n", (int)bytes, text);
        close(fd);
    }
    wait(NULL);
    connect(clients[3], (struct sockaddr *)&address, sizeof address);
    close(listening);
    if (recv(clients[3], text, sizeof text, 0) == -1)
        printf("never accepted: %s\n", strerror(errno));
    printf("then %zd\n", recv(clients[3], text, sizeof text, 0));
    unlink(address.sun_path);
    return 0;
}
