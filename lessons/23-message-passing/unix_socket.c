/* A stream socket with a name in the file system (unix(7)): one connection for both directions. The end: the
   client shuts its half of the connection down. */
#include "job.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static const struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "job.socket"};
static int listener, connection;

void prepare(void) {
    listener = socket(AF_UNIX, SOCK_STREAM, 0);
    if (listener == -1)
        die("socket");
    if (bind(listener, (const struct sockaddr *)&address, sizeof address) == -1)
        die("bind");
    if (listen(listener, 1) == -1)
        die("listen");
}

void start_server(pid_t client) {
    (void)client;
    connection = accept(listener, NULL, NULL);
    if (connection == -1)
        die("accept");
    close(listener);
}

void start_client(pid_t server) {
    (void)server;
    close(listener);
    connection = socket(AF_UNIX, SOCK_STREAM, 0);
    if (connection == -1)
        die("socket");
    if (connect(connection, (const struct sockaddr *)&address, sizeof address) == -1)
        die("connect");
}

void send_request(int number) {
    write_number(connection, number);
}

void end_requests(void) {
    if (shutdown(connection, SHUT_WR) == -1)
        die("shutdown");
}

int receive_request(int *number) {
    return read_number(connection, number);
}

void send_answer(int sum) {
    write_number(connection, sum);
}

int receive_answer(void) {
    int sum = 0;
    read_number(connection, &sum);
    return sum;
}

void clean_up(void) {
    close(connection);
    unlink(address.sun_path);
}
