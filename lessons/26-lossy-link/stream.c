#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static struct sockaddr_in find(const char *host)
{
    struct addrinfo hints = { .ai_family = AF_INET, .ai_socktype = SOCK_STREAM }, *found;
    if (getaddrinfo(host, "5000", &hints, &found) != 0) {
        fprintf(stderr, "there is no host %s\n", host);
        exit(1);
    }
    struct sockaddr_in address = *(struct sockaddr_in *)found->ai_addr;
    freeaddrinfo(found);
    return address;
}

int main(void)
{
    struct sockaddr_in server = find("server");
    int listening = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
    bind(listening, (struct sockaddr *)&server, sizeof server);
    listen(listening, 1);

    if (fork() == 0) {
        int out = socket(AF_INET, SOCK_STREAM, 0);
        setsockopt(out, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);    /* a segment for each number */
        connect(out, (struct sockaddr *)&server, sizeof server);
        for (int i = 1; i <= 8; i++)
            write(out, &i, sizeof i);
        exit(0);
    }
    int sock = accept(listening, NULL, NULL);
    int number;
    while (recv(sock, &number, sizeof number, MSG_WAITALL) == sizeof number)
        printf("%d ", number);
    printf("\n");
    wait(NULL);
    return 0;
}
