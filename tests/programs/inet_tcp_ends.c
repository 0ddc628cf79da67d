/* How a TCP connection ends: in halves, by a reset, and what is left of the port. */
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct sockaddr_in address = {.sin_family = AF_INET};

static void die(const char *what) {
    perror(what);
    exit(1);
}

static void connection(int listening, int ends[2]) {
    ends[0] = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(ends[0], (struct sockaddr *)&address, sizeof address) == -1)
        die("connect");
    ends[1] = accept(listening, NULL, NULL);
    if (ends[1] == -1)
        die("accept");
}

static void show(const char *what, ssize_t result) {
    if (result == -1)
        printf("%s: %s\n", what, strerror(errno));
    else
        printf("%s: %zd\n", what, result);
}

/* Waits until the other side's segment is here: for bytes, or with no events for a reset. */
static void arrival(int fd, short events) {
    struct pollfd polled = {fd, events, 0};
    poll(&polled, 1, -1);
}

int main(void) {
    int ends[2];
    char text[32];
    signal(SIGPIPE, SIG_IGN);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listening = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listening, (struct sockaddr *)&address, sizeof address) == -1 || listen(listening, 3) == -1)
        die("listen");
    socklen_t length = sizeof address;
    getsockname(listening, (struct sockaddr *)&address, &length);

    connection(listening, ends);
    shutdown(ends[0], SHUT_WR);
    show("half closed: read", read(ends[1], text, 8));
    show("the other half: write", write(ends[1], "still", 5));
    show("and read", read(ends[0], text, 8));
    show("closed half: write", write(ends[0], "x", 1));
    close(ends[1]);
    show("both closed: read", read(ends[0], text, 8));
    close(ends[0]);

    connection(listening, ends);
    close(ends[1]);
    show("the peer has closed: read", read(ends[0], text, 8));
    show("write", write(ends[0], "x", 1));
    arrival(ends[0], 0);
    show("again", write(ends[0], "x", 1));
    close(ends[0]);

    connection(listening, ends);
    show("write", write(ends[0], "never read", 10));
    arrival(ends[1], POLLIN);
    close(ends[1]);
    show("closed with unread bytes: read", read(ends[0], text, 8));
    show("then", read(ends[0], text, 8));
    close(ends[0]);

    connection(listening, ends);
    struct linger now = {.l_onoff = 1, .l_linger = 0};
    setsockopt(ends[0], SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close(ends[0]);
    show("SO_LINGER 0: read", read(ends[1], text, 8));
    close(ends[1]);

    /* The server closes first: its port stays in TIME_WAIT. */
    connection(listening, ends);
    shutdown(ends[1], SHUT_WR);
    show("the server has finished: read", read(ends[0], text, 8));
    close(ends[0]);
    show("so has the client: read", read(ends[1], text, 8));
    close(ends[1]);
    close(listening);
    int again = socket(AF_INET, SOCK_STREAM, 0);
    show("the port at once: bind", bind(again, (struct sockaddr *)&address, sizeof address));
    int yes = 1;
    setsockopt(again, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    show("with SO_REUSEADDR on one side", bind(again, (struct sockaddr *)&address, sizeof address));
    return 0;
}
