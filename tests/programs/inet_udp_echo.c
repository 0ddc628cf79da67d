/* UDP on one host: boundaries, truncation, and the answer that comes from whoever was asked. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static void die(const char *what) {
    perror(what);
    exit(1);
}

static void echo(int fd) {
    for (int i = 0; i < 3; i++) {
        char text[16];
        struct sockaddr_in from;
        socklen_t length = sizeof from;
        ssize_t bytes = recvfrom(fd, text, sizeof text, 0, (struct sockaddr *)&from, &length);
        if (bytes == -1)
            die("recvfrom");
        for (ssize_t at = 0; at < bytes; at++)
            if (text[at] >= 'a' && text[at] <= 'z')
                text[at] -= 'a' - 'A';
        if (sendto(fd, text, (size_t)bytes, 0, (struct sockaddr *)&from, length) != bytes)
            die("sendto");
    }
    exit(0);
}

int main(void) {
    struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons(7007)};
    server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listening = socket(AF_INET, SOCK_DGRAM, 0), asking = socket(AF_INET, SOCK_DGRAM, 0);
    if (bind(listening, (struct sockaddr *)&server, sizeof server) == -1)
        die("bind");
    if (bind(asking, (struct sockaddr *)&server, sizeof server) == -1)
        printf("the same port again: %s\n", strerror(errno));
    fflush(stdout);
    pid_t child = fork();
    if (child == 0)
        echo(listening);
    close(listening);
    const char *words[] = {"one", "", "a datagram that is too long"};
    for (int i = 0; i < 3; i++) {
        size_t length = strlen(words[i]);
        if (sendto(asking, words[i], length, 0, (struct sockaddr *)&server, sizeof server) != (ssize_t)length)
            die("sendto");
        char text[64];
        struct sockaddr_in from;
        socklen_t bytes = sizeof from;
        ssize_t received = recvfrom(asking, text, sizeof text, 0, (struct sockaddr *)&from, &bytes);
        printf("\"%.*s\" from %s:%d\n", (int)received, text, inet_ntoa(from.sin_addr), ntohs(from.sin_port));
    }
    waitpid(child, NULL, 0);
    if (sendto(asking, "anybody?", 8, 0, (struct sockaddr *)&server, sizeof server) == 8)
        printf("sent to nobody, and nobody says so\n");
    if (connect(asking, (struct sockaddr *)&server, sizeof server) == -1)
        die("connect");
    if (send(asking, "anybody?", 8, 0) == 8)
        printf("sent to nobody\n");
    char letter;
    if (recv(asking, &letter, 1, 0) == -1)
        printf("connected, it is told: %s\n", strerror(errno));
    return 0;
}
