/* Two ends of a TCP connection, and what the second write says to one that has gone. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
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

int main(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(4321)};
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    int listening = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listening, (struct sockaddr *)&address, sizeof address) == -1 || listen(listening, 4) == -1)
        die("listen");

    char text[16];
    pid_t child = fork();
    if (child == -1)
        die("fork");
    if (child == 0) {
        int sock = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(sock, (struct sockaddr *)&address, sizeof address) == -1)
            die("connect");
        if (write(sock, "question", 8) != 8)
            die("write");
        shutdown(sock, SHUT_WR);
        ssize_t bytes = read(sock, text, sizeof text);
        printf("child: %.*s\n", (int)bytes, text);
        return 0;
    }

    signal(SIGPIPE, SIG_IGN);
    int sock = accept(listening, NULL, NULL);
    if (sock == -1)
        die("accept");
    ssize_t bytes = recv(sock, text, 8, MSG_WAITALL);
    printf("parent: %.*s", (int)bytes, text);
    printf(", then %zd\n", read(sock, text, sizeof text));
    fflush(stdout);
    if (write(sock, "answer", 6) != 6)
        die("write");
    wait(NULL);
    for (int i = 1; i <= 2; i++) {
        if (write(sock, "more", 4) == -1)
            printf("write %d: %s\n", i, strerror(errno));
        else
            printf("write %d: fine\n", i);
        /* until the answer is here: nothing is asked for, only a hang-up counts */
        struct pollfd answer = {.fd = sock};
        poll(&answer, 1, -1);
    }
    return 0;
}
