/* A server that is in no hurry: its clients connect, send and leave before it says accept(). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "/tmp/post"};

static void die(const char *what) {
    perror(what);
    exit(1);
}

static int client(const char *word) {
    int sock = socket(AF_UNIX, SOCK_STREAM, 0);
    if (sock == -1 || connect(sock, (struct sockaddr *)&address, sizeof address) == -1)
        die("connect");
    if (write(sock, word, strlen(word)) == -1)
        die("write");
    return 0;
}

int main(void) {
    int listening = socket(AF_UNIX, SOCK_STREAM, 0);
    unlink(address.sun_path);
    if (bind(listening, (struct sockaddr *)&address, sizeof address) == -1)
        die("bind");
    if (listen(listening, 1) == -1)
        die("listen");

    const char *words[3] = {"one", "two", "three"};
    for (int i = 0; i < 3; i++) {
        if (fork() == 0)
            return client(words[i]);
        if (i < 2)
            wait(NULL);
    }
    sleep(1);

    for (int i = 0; i < 3; i++) {
        char text[16];
        int sock = accept(listening, NULL, NULL);
        if (sock == -1)
            die("accept");
        ssize_t bytes = read(sock, text, sizeof text);
        printf("%.*s\n", (int)bytes, text);
        close(sock);
    }
    wait(NULL);
    unlink(address.sun_path);
    return 0;
}
