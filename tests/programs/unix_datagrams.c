/* Datagrams keep their boundaries; the socket that sent one has a name only if it was bound. */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void die(const char *what) {
    perror(what);
    exit(1);
}

static socklen_t abstract(struct sockaddr_un *address, const char *name) {
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    strcpy(address->sun_path + 1, name);
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(name));
}

static void show(int fd) {
    char text[8];
    struct sockaddr_un from;
    socklen_t length = sizeof from;
    ssize_t bytes = recvfrom(fd, text, sizeof text, MSG_TRUNC, (struct sockaddr *)&from, &length);
    if (bytes == -1)
        die("recvfrom");
    printf("%zd bytes \"%.*s\"", bytes, (int)(bytes > 8 ? 8 : bytes), text);
    if (length > sizeof(sa_family_t))
        printf(" from @%.*s", (int)(length - 3), from.sun_path + 1);
    printf("\n");
}

int main(void) {
    struct sockaddr_un box_name, pen_name;
    socklen_t box_length = abstract(&box_name, "ipclab-box"), pen_length = abstract(&pen_name, "ipclab-pen");
    int box = socket(AF_UNIX, SOCK_DGRAM, 0), pen = socket(AF_UNIX, SOCK_DGRAM, 0);
    if (bind(box, (struct sockaddr *)&box_name, box_length) == -1)
        die("bind");
    if (sendto(pen, "one", 3, 0, (struct sockaddr *)&box_name, box_length) != 3)
        die("sendto");
    if (bind(pen, (struct sockaddr *)&pen_name, pen_length) == -1)
        die("bind");
    if (sendto(pen, "", 0, 0, (struct sockaddr *)&box_name, box_length) != 0)
        die("sendto");
    if (connect(pen, (struct sockaddr *)&box_name, box_length) == -1 || send(pen, "longer than that", 16, 0) != 16)
        die("send");
    for (int i = 0; i < 3; i++)
        show(box);
    int count = 0;
    while (send(pen, "x", 1, MSG_DONTWAIT) == 1)
        count++;
    printf("%d datagrams wait, then: %s\n", count, strerror(errno));
    close(box);
    for (int i = 0; i < 2; i++)
        if (send(pen, "x", 1, 0) == -1)
            printf("nobody there: %s\n", strerror(errno));

    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) == -1)
        die("socketpair");
    if (send(pair[0], "first", 5, 0) != 5 || send(pair[0], "second", 6, 0) != 6)
        die("send");
    char text[4];
    ssize_t bytes = recv(pair[1], text, sizeof text, MSG_PEEK);
    printf("peeked %.*s\n", (int)bytes, text);
    bytes = recv(pair[1], text, sizeof text, 0);
    printf("cut to %.*s\n", (int)bytes, text);
    bytes = recv(pair[1], text, sizeof text, 0);
    printf("cut to %.*s\n", (int)bytes, text);
    close(pair[0]);
    printf("end of file: %zd\n", recv(pair[1], text, sizeof text, 0));
    return 0;
}
