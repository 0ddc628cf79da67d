/* A server at a path: each client is a process of its own, one after the other; the path stays until it is unlinked. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static void die(const char *what) {
    perror(what);
    exit(1);
}

static void client(const struct sockaddr_un *server, const char *word) {
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd == -1 || connect(fd, (const struct sockaddr *)server, sizeof *server) == -1)
        die("client");
    if (send(fd, word, strlen(word), 0) == -1 || shutdown(fd, SHUT_WR) == -1)
        die("client: send");
    char answer[64];
    ssize_t bytes = recv(fd, answer, sizeof answer, MSG_WAITALL);
    printf("%s -> %.*s\n", word, (int)bytes, answer);
    exit(0);
}

static void serve(int listening) {
    struct sockaddr_un peer;
    socklen_t length = sizeof peer;
    int fd = accept(listening, (struct sockaddr *)&peer, &length);
    if (fd == -1)
        die("accept");
    printf("a client without a name: %s\n", length == sizeof(sa_family_t) ? "yes" : "no");
    char text[64];
    size_t used = 0;
    ssize_t bytes;
    while ((bytes = read(fd, text + used, sizeof text - used)) > 0)
        used += (size_t)bytes;
    for (size_t i = 0; i < used / 2; i++) {
        char swapped = text[i];
        text[i] = text[used - 1 - i];
        text[used - 1 - i] = swapped;
    }
    if (write(fd, text, used) == -1)
        die("write");
    close(fd);
}

int main(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "/tmp/reverse.socket"};
    struct stat status;
    unlink(address.sun_path);
    int listening = socket(AF_UNIX, SOCK_STREAM, 0);
    if (listening == -1 || bind(listening, (struct sockaddr *)&address, sizeof address) == -1)
        die("bind");
    if (stat(address.sun_path, &status) == -1)
        die("stat");
    printf("a socket: %s\n", S_ISSOCK(status.st_mode) ? "yes" : "no");
    if (listen(listening, 5) == -1)
        die("listen");
    setvbuf(stdout, NULL, _IONBF, 0);
    const char *words[] = {"stressed", "drawer", "step on no pets"};
    for (int i = 0; i < 3; i++) {
        if (fork() == 0)
            client(&address, words[i]);
        serve(listening);
        wait(NULL);
    }
    close(listening);
    int late = socket(AF_UNIX, SOCK_STREAM, 0);
    if (connect(late, (struct sockaddr *)&address, sizeof address) == -1)
        printf("after the server has gone: %s\n", strerror(errno));
    if (bind(late, (struct sockaddr *)&address, sizeof address) == -1)
        printf("the path is still there: %s\n", strerror(errno));
    unlink(address.sun_path);
    if (connect(late, (struct sockaddr *)&address, sizeof address) == -1)
        printf("after unlink: %s\n", strerror(errno));
    return 0;
}
