/* A TCP server that asks for any free port; its clients find it by the name "localhost". */
#include <errno.h>
#include <netdb.h>
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

static int client(int port, int number) {
    char service[8];
    snprintf(service, sizeof service, "%d", port);
    struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM}, *found;
    int error = getaddrinfo("localhost", service, &hints, &found);
    if (error) {
        printf("%s\n", gai_strerror(error));
        return 1;
    }
    int fd = socket(found->ai_family, found->ai_socktype, found->ai_protocol);
    if (fd == -1 || connect(fd, found->ai_addr, found->ai_addrlen) == -1)
        die("connect");
    freeaddrinfo(found);
    for (int i = 1; i <= number; i++)
        if (write(fd, &(char){(char)('0' + i)}, 1) != 1)
            die("write");
    shutdown(fd, SHUT_WR);
    char answer[32];
    size_t used = 0;
    ssize_t bytes;
    while ((bytes = read(fd, answer + used, sizeof answer - used)) > 0)
        used += (size_t)bytes;
    printf("client %d: %.*s\n", number, (int)used, answer);
    return 0;
}

int main(void) {
    struct sockaddr_in address = {.sin_family = AF_INET};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    int listening = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listening, (struct sockaddr *)&address, sizeof address) == -1 || listen(listening, 8) == -1)
        die("listen");
    if (getsockname(listening, (struct sockaddr *)&address, &length) == -1)
        die("getsockname");
    int port = ntohs(address.sin_port);
    printf("a port above 1023: %s\n", port > 1023 ? "yes" : "no");
    for (int number = 1; number <= 3; number++) {
        fflush(stdout);
        if (fork() == 0)
            return client(port, number);
        struct sockaddr_in peer;
        length = sizeof peer;
        int fd = accept(listening, (struct sockaddr *)&peer, &length);
        if (fd == -1)
            die("accept");
        char host[32];
        getnameinfo((struct sockaddr *)&peer, length, host, sizeof host, NULL, 0, NI_NUMERICHOST);
        int sum = 0;
        char digit;
        while (read(fd, &digit, 1) == 1)
            sum += digit - '0';
        dprintf(fd, "%s, your sum is %d", host, sum);
        close(fd);
        wait(NULL);
    }
    close(listening);
    int late = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(late, (struct sockaddr *)&address, sizeof address) == -1)
        printf("nobody listens any more: %s\n", strerror(errno));
    return 0;
}
