/* A TCP connection (tcp(7)): as the UNIX socket's, but client and server may be on different machines. */
#include "job.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

static struct sockaddr_in address;
static int listener, connection;

void prepare(void) {
    socklen_t length = sizeof address;
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = 0; /* any that is free: getsockname() tells which */
    listener = socket(AF_INET, SOCK_STREAM, 0);
    if (listener == -1)
        die("socket");
    if (bind(listener, (const struct sockaddr *)&address, sizeof address) == -1)
        die("bind");
    if (listen(listener, 1) == -1)
        die("listen");
    if (getsockname(listener, (struct sockaddr *)&address, &length) == -1)
        die("getsockname");
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
    connection = socket(AF_INET, SOCK_STREAM, 0);
    if (connection == -1)
        die("socket");
    if (connect(connection, (const struct sockaddr *)&address, sizeof address) == -1)
        die("connect");
}

/* Machines differ in the order of the bytes of a number: on the network the highest comes first. */
void send_request(int number) {
    write_number(connection, (int)htonl((uint32_t)number));
}

void end_requests(void) {
    if (shutdown(connection, SHUT_WR) == -1)
        die("shutdown");
}

int receive_request(int *number) {
    if (!read_number(connection, number))
        return 0;
    *number = (int)ntohl((uint32_t)*number);
    return 1;
}

void send_answer(int sum) {
    write_number(connection, (int)htonl((uint32_t)sum));
}

int receive_answer(void) {
    int sum = 0;
    read_number(connection, &sum);
    return (int)ntohl((uint32_t)sum);
}

void clean_up(void) {
    close(connection);
}
