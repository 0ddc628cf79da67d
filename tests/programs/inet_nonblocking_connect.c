/* connect() without waiting: under way, then poll() and SO_ERROR tell how it went. */
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void attempt(const char *what, const struct sockaddr_in *to) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    int result = connect(fd, (const struct sockaddr *)to, sizeof *to);
    printf("%s: %s\n", what, result == -1 ? strerror(errno) : "connected");
    struct pollfd polled = {fd, POLLOUT, 0};
    poll(&polled, 1, -1);
    int error;
    socklen_t length = sizeof error;
    getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length);
    printf("  then: %s%s\n", error ? strerror(error) : "connected", polled.revents & POLLHUP ? ", hung up" : "");
    result = connect(fd, (const struct sockaddr *)to, sizeof *to);
    printf("  again: %s\n", result == -1 ? strerror(errno) : "connected");
    close(fd);
}

int main(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(7009)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    attempt("nobody listens", &address);
    int listening = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listening, (struct sockaddr *)&address, sizeof address) == -1 || listen(listening, 1) == -1) {
        perror("listen");
        return 1;
    }
    attempt("somebody listens", &address);
    return 0;
}
