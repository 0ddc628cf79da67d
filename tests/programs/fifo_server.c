/* A server reads requests from a well-known FIFO and answers each client on a FIFO of the client's own, as in TLPI's and
 * Stevens's books. It opens the well-known one for writing, too, so that it never sees end of file. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

struct request {
    int client, length;
};

static const char *const server_name = "/tmp/fifo_server.requests";

static void client_name(char *name, size_t bytes, int client) {
    snprintf(name, bytes, "/tmp/fifo_server.%d", client);
}

static int client(int number, int length) {
    char name[64];
    int sequence;
    client_name(name, sizeof name, number);
    if (mkfifo(name, 0600) < 0)
        return 1;
    int requests = open(server_name, O_WRONLY);
    struct request request = {number, length};
    if (requests < 0 || write(requests, &request, sizeof request) != sizeof request)
        return 1;
    int answers = open(name, O_RDONLY);
    if (answers < 0 || read(answers, &sequence, sizeof sequence) != sizeof sequence)
        return 1;
    unlink(name);
    return sequence == length * 10 ? 0 : 1;
}

int main(void) {
    enum { clients = 4 };
    if (mkfifo(server_name, 0600) < 0)
        return 1;
    for (int i = 0; i < clients; i++)
        if (fork() == 0)
            _exit(client(i, i + 1));
    int requests = open(server_name, O_RDONLY), keep_open = open(server_name, O_WRONLY);
    if (requests < 0 || keep_open < 0)
        return 1;
    int sum = 0;
    for (int i = 0; i < clients; i++) {
        struct request request;
        char name[64];
        if (read(requests, &request, sizeof request) != sizeof request)
            return 1;
        client_name(name, sizeof name, request.client);
        int answers = open(name, O_WRONLY), sequence = request.length * 10;
        if (answers < 0 || write(answers, &sequence, sizeof sequence) != sizeof sequence)
            return 1;
        close(answers);
        sum += request.length;
    }
    int good = 0, status;
    while (wait(&status) > 0)
        good += WIFEXITED(status) && WEXITSTATUS(status) == 0;
    printf("served %d, in all %d\n", good, sum);
    unlink(server_name);
    return 0;
}
