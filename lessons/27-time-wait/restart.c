#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static struct sockaddr_in place;

/* A server begins: its listening socket, or -1. */
static int start(int reuse)
{
    int sock = socket(AF_INET, SOCK_STREAM, 0);
    if (reuse)
        setsockopt(sock, SOL_SOCKET, SO_REUSEADDR, &reuse, sizeof reuse);
    if (bind(sock, (struct sockaddr *)&place, sizeof place) < 0) {
        printf("bind: %s\n", strerror(errno));
        close(sock);
        return -1;
    }
    listen(sock, 1);
    printf("listening\n");
    return sock;
}

/* One client is served. Who closes first? */
static void serve(int listening, int client_is_first)
{
    if (fork() == 0) {
        char c;
        int sock = socket(AF_INET, SOCK_STREAM, 0);
        connect(sock, (struct sockaddr *)&place, sizeof place);
        if (!client_is_first)
            read(sock, &c, 1);      /* end of file: the server has closed */
        close(sock);
        exit(0);
    }
    char c;
    int sock = accept(listening, NULL, NULL);
    if (client_is_first)
        read(sock, &c, 1);          /* end of file: the client has closed */
    close(sock);
    wait(NULL);
    close(listening);
}

int main(int argc, char *argv[])
{
    place.sin_family = AF_INET;
    place.sin_port = htons(5000);
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setvbuf(stdout, NULL, _IOLBF, 0);

    int client_is_first = argc > 1 && strcmp(argv[1], "client") == 0;
    int before = argc > 1 && strcmp(argv[1], "both") == 0;
    int after = before || (argc > 1 && strcmp(argv[1], "second") == 0);

    serve(start(before), client_is_first);
    start(after);                   /* and once more, as after a restart */
    return 0;
}
