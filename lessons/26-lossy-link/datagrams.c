#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* The address of a host of the network, as /etc/hosts has it. */
static struct sockaddr_in find(const char *host)
{
    struct addrinfo hints = { .ai_family = AF_INET, .ai_socktype = SOCK_DGRAM }, *found;
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
    struct sockaddr_in server = find("server"), client = find("client");
    int sock = socket(AF_INET, SOCK_DGRAM, 0);
    bind(sock, (struct sockaddr *)&server, sizeof server);

    if (fork() == 0) {
        int out = socket(AF_INET, SOCK_DGRAM, 0);
        bind(out, (struct sockaddr *)&client, sizeof client);
        for (int i = 1; i <= 8; i++)
            sendto(out, &i, sizeof i, 0, (struct sockaddr *)&server, sizeof server);
        exit(0);
    }
    wait(NULL);
    usleep(20000);      /* what is under way arrives */

    int number;
    while (recv(sock, &number, sizeof number, MSG_DONTWAIT) == sizeof number)
        printf("%d ", number);
    printf("\n");
    return 0;
}
