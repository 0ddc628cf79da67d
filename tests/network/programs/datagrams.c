/* UDP between two hosts, found by their names: boundaries stay, what does not fit is cut off, each datagram tells who sent
 * it, and a port that nobody has is told to who is connected. */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static struct sockaddr_in host(const char *name, const char *port)
{
    struct addrinfo hints = {0}, *found;
    hints.ai_family = AF_INET;
    hints.ai_socktype = SOCK_DGRAM;
    int error = getaddrinfo(name, port, &hints, &found);
    if (error) {
        fprintf(stderr, "%s: %s\n", name, gai_strerror(error));
        exit(1);
    }
    struct sockaddr_in address = *(struct sockaddr_in *)found->ai_addr;
    freeaddrinfo(found);
    return address;
}

static int bound(struct sockaddr_in address)
{
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0) {
        perror("bind");
        exit(1);
    }
    return fd;
}

static void show(const char *who, const char *what, ssize_t bytes, const struct sockaddr_in *from)
{
    char text[INET_ADDRSTRLEN];
    inet_ntop(AF_INET, &from->sin_addr, text, sizeof text);
    printf("%s: %zd bytes \"%.*s\" from %s\n", who, bytes, (int)(bytes > 8 ? 8 : bytes), what, text);
    fflush(stdout);
}

static void serve(int fd)
{
    char buffer[8];
    for (int i = 0; i < 3; i++) {
        struct sockaddr_in from;
        socklen_t length = sizeof from;
        ssize_t bytes = recvfrom(fd, buffer, sizeof buffer, MSG_TRUNC, (struct sockaddr *)&from, &length);
        show("server", buffer, bytes, &from);
        sendto(fd, "ok", 2, 0, (struct sockaddr *)&from, length);
    }
    close(fd);
}

int main(void)
{
    struct sockaddr_in server = host("server", "7000"), client = host("client", "7001"), nobody = host("server", "7002");
    int listening = bound(server);
    pid_t child = fork();
    if (child == 0) {
        serve(listening);
        return 0;
    }
    close(listening);

    int fd = bound(client);
    const char *words[] = {"one", "", "twelve bytes"};
    for (int i = 0; i < 3; i++) {
        char answer[16];
        struct sockaddr_in from;
        socklen_t length = sizeof from;
        sendto(fd, words[i], strlen(words[i]), 0, (struct sockaddr *)&server, sizeof server);
        ssize_t bytes = recvfrom(fd, answer, sizeof answer, 0, (struct sockaddr *)&from, &length);
        show("client", answer, bytes, &from);
    }
    waitpid(child, NULL, 0);

    /* Without a name of its own it speaks as the first host. */
    int other = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in own;
    socklen_t length = sizeof own;
    connect(other, (struct sockaddr *)&nobody, sizeof nobody);
    getsockname(other, (struct sockaddr *)&own, &length);
    printf("speaks as %s\n", inet_ntoa(own.sin_addr));
    send(other, "anybody?", 8, 0);
    char answer[8];
    if (recv(other, answer, sizeof answer, 0) < 0) printf("recv: %s\n", strerror(errno));

    struct sockaddr_in far = {.sin_family = AF_INET, .sin_port = htons(7000)};
    inet_pton(AF_INET, "192.0.2.1", &far.sin_addr);
    if (sendto(fd, "far", 3, 0, (struct sockaddr *)&far, sizeof far) < 0) printf("another network: %s\n", strerror(errno));
    inet_pton(AF_INET, "10.0.0.99", &far.sin_addr);
    printf("to an address that no host has: %zd\n", sendto(fd, "who", 3, 0, (struct sockaddr *)&far, sizeof far));
    int wrong = socket(AF_INET, SOCK_DGRAM, 0);
    if (bind(wrong, (struct sockaddr *)&far, sizeof far) < 0) printf("bind to it: %s\n", strerror(errno));
    return 0;
}
