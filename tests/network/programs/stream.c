/* TCP between two hosts: a transfer that is larger than any window, half a close, the names of both ends, a refusal. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BYTES = 200000 };

static struct addrinfo *host(const char *name, const char *port)
{
    struct addrinfo hints = {0}, *found;
    hints.ai_family = AF_INET;
    hints.ai_socktype = SOCK_STREAM;
    if (getaddrinfo(name, port, &hints, &found)) exit(1);
    return found;
}

static void serve(int listening)
{
    struct sockaddr_in from;
    socklen_t length = sizeof from;
    int fd = accept(listening, (struct sockaddr *)&from, &length);
    static char buffer[5000];
    long total = 0;
    unsigned sum = 0;
    ssize_t bytes;
    while ((bytes = read(fd, buffer, sizeof buffer)) > 0) {
        for (ssize_t i = 0; i < bytes; i++) sum = sum * 31 + (unsigned char)buffer[i];
        total += bytes;
    }
    char answer[128];
    int size = snprintf(answer, sizeof answer, "%ld bytes from %s, sum %u", total, inet_ntoa(from.sin_addr), sum);
    write(fd, answer, (size_t)size);
    close(fd);
    close(listening);
}

int main(void)
{
    struct addrinfo *server = host("server", "7100"), *nobody = host("server", "7101"), *client = host("client", "0");
    int listening = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
    setsockopt(listening, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(listening, server->ai_addr, server->ai_addrlen) < 0 || listen(listening, 5) < 0) {
        perror("listen");
        return 1;
    }
    pid_t child = fork();
    if (child == 0) {
        serve(listening);
        return 0;
    }
    close(listening);

    int fd = socket(AF_INET, SOCK_STREAM, 0);
    bind(fd, client->ai_addr, client->ai_addrlen);
    if (connect(fd, server->ai_addr, server->ai_addrlen) < 0) {
        perror("connect");
        return 1;
    }
    struct sockaddr_in name;
    socklen_t length = sizeof name;
    getsockname(fd, (struct sockaddr *)&name, &length);
    printf("client: %s to ", inet_ntoa(name.sin_addr));
    getpeername(fd, (struct sockaddr *)&name, &length);
    printf("%s:%d\n", inet_ntoa(name.sin_addr), ntohs(name.sin_port));
    fflush(stdout);
    static char text[BYTES];
    for (int i = 0; i < BYTES; i++) text[i] = (char)(i * 7 + i / 256);
    for (long done = 0; done < BYTES;) {
        ssize_t bytes = write(fd, text + done, (size_t)(BYTES - done));
        if (bytes < 0) {
            perror("write");
            return 1;
        }
        done += bytes;
    }
    shutdown(fd, SHUT_WR);
    char answer[128];
    ssize_t bytes, total = 0;
    while ((bytes = read(fd, answer + total, sizeof answer - (size_t)total)) > 0) total += bytes;
    printf("client: the server has %.*s\n", (int)total, answer);
    close(fd);
    waitpid(child, NULL, 0);

    int refused = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(refused, nobody->ai_addr, nobody->ai_addrlen) < 0) printf("a port that nobody has: %s\n", strerror(errno));
    close(refused);

    int later = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (connect(later, nobody->ai_addr, nobody->ai_addrlen) < 0) printf("without waiting: %s\n", strerror(errno));
    struct pollfd ready = {.fd = later, .events = POLLOUT};
    poll(&ready, 1, -1);
    int error;
    length = sizeof error;
    getsockopt(later, SOL_SOCKET, SO_ERROR, &error, &length);
    printf("then:%s%s%s, %s\n", ready.revents & POLLOUT ? " POLLOUT" : "", ready.revents & POLLERR ? " POLLERR" : "",
           ready.revents & POLLHUP ? " POLLHUP" : "", strerror(error));
    close(later);

    /* A connection that is ending holds its port, but not from who says SO_REUSEADDR. */
    int again = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(again, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    printf("the port again: %s\n", bind(again, server->ai_addr, server->ai_addrlen) < 0 ? strerror(errno) : "ok");
    return 0;
}
