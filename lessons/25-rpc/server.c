/* server [-c] [-d N] TRANSPORT: goes to the background as soon as clients can call it.

     -c    with a cache of replies: a call that comes twice is executed once
     -d N  the Nth reply does not go out: on datagrams it is lost, on a stream the connection ends */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include "account.h"
#include "server.h"

enum { MAX_CONNECTIONS = 8, CACHE_ENTRIES = 16 };

/* RFC 5531, 5 lets a server remember the calls that it has executed, so that it executes none of them twice.
   A client is known by its credentials (AUTH_SYS: with the stamp that it has chosen), not by its address:
   after a broken connection it has another one. Calls with AUTH_NONE could be anybody's and are not
   remembered. */
static struct {
    struct call call;
    unsigned char reply[MESSAGE_BYTES];
    size_t length; /* 0: nothing here */
} cache[CACHE_ENTRIES];
static int next_entry; /* the oldest: the next to be given up */
static int has_cache;
static int replies_to_drop; /* the next but so many is dropped; 0: none any more */

static int is_same_call(const struct call *one, const struct call *other) {
    return one->xid == other->xid && one->program == other->program && one->version == other->version &&
           one->procedure == other->procedure && one->credentials_length == other->credentials_length &&
           memcmp(one->credentials, other->credentials, one->credentials_length) == 0;
}

/* Writes the reply that the call got the first time; 0 where this is the first time. */
static int recall(const struct call *call, struct xdr *reply) {
    for (int i = 0; i < CACHE_ENTRIES; i++)
        if (cache[i].length > 0 && is_same_call(&cache[i].call, call)) {
            memcpy(reply->data, cache[i].reply, cache[i].length);
            reply->at = cache[i].length;
            return 1;
        }
    return 0;
}

static void remember(const struct call *call, const struct xdr *reply) {
    cache[next_entry].call = *call;
    memcpy(cache[next_entry].reply, reply->data, reply->at);
    cache[next_entry].length = reply->at;
    next_entry = (next_entry + 1) % CACHE_ENTRIES;
}

static void put_range(struct xdr *reply, uint32_t low, uint32_t high) {
    xdr_put_unsigned(reply, low);
    xdr_put_unsigned(reply, high);
}

static void execute_call(const struct call *call, struct xdr *arguments, struct xdr *reply) {
    put_accepted(reply, call->xid, SUCCESS);
    enum accept_stat status = execute(call->procedure, arguments, reply);
    if (status != SUCCESS) {
        reply->at = 0;
        put_accepted(reply, call->xid, status);
    }
}

/* Answers what has come in; 0 where it deserves no answer. The order of the checks is that of RFC 5531, 9. */
static int answer(struct xdr *message, struct xdr *reply) {
    struct call call;
    memset(&call, 0, sizeof call);
    if (!get_call(message, &call))
        return 0;
    if (call.rpc_version != RPC_VERSION) {
        put_denied(reply, call.xid, RPC_MISMATCH);
        put_range(reply, RPC_VERSION, RPC_VERSION);
    } else if (call.flavor != AUTH_NONE && call.flavor != AUTH_SYS) {
        put_denied(reply, call.xid, AUTH_ERROR);
        xdr_put_unsigned(reply, AUTH_REJECTEDCRED);
    } else if (call.program != ACCOUNT) {
        put_accepted(reply, call.xid, PROG_UNAVAIL);
    } else if (call.version != ACCOUNT_1) {
        put_accepted(reply, call.xid, PROG_MISMATCH);
        put_range(reply, ACCOUNT_1, ACCOUNT_1);
    } else if (!has_cache || call.flavor != AUTH_SYS) {
        execute_call(&call, message, reply);
    } else if (!recall(&call, reply)) {
        execute_call(&call, message, reply);
        remember(&call, reply);
    }
    return 1;
}

/* Answers a message; 0 where the answer could not be sent, or is the one that is to be dropped. */
static int serve_message(int fd, int type, unsigned char *data, size_t length, const struct sockaddr *to,
                         socklen_t to_length) {
    unsigned char buffer[MESSAGE_BYTES];
    struct xdr message = {data, length, 0, 0}, reply = {buffer, sizeof buffer, 0, 0};
    if (!answer(&message, &reply))
        return 1;
    if (replies_to_drop > 0 && --replies_to_drop == 0)
        return 0;
    return send_message(fd, type, &reply, to, to_length);
}

static void serve_datagrams(int fd) {
    while (!has_been_stopped()) {
        unsigned char data[MESSAGE_BYTES];
        struct sockaddr_storage from;
        socklen_t length = sizeof from;
        ssize_t bytes = recvfrom(fd, data, sizeof data, 0, (struct sockaddr *)&from, &length);
        if (bytes >= 0)
            serve_message(fd, SOCK_DGRAM, data, (size_t)bytes, (struct sockaddr *)&from, length);
    }
}

static struct connection {
    int fd; /* -1: this place is free */
    struct record record;
} connections[MAX_CONNECTIONS];

/* Takes what has come on a connection. Whoever sends half a record does not keep the others waiting. */
static void serve_connection(struct connection *connection) {
    unsigned char bytes[256];
    struct record *record = &connection->record;
    ssize_t got = recv(connection->fd, bytes, sizeof bytes, MSG_DONTWAIT);
    int is_over = got <= 0;
    for (ssize_t i = 0; i < got && !is_over && !has_been_stopped(); i++) {
        enum feed_result result = feed_record(record, bytes[i]);
        if (result == RECORD_COMPLETE) {
            is_over = !serve_message(connection->fd, SOCK_STREAM, record->data, record->length, NULL, 0);
            record->length = 0;
        }
        is_over = is_over || result == RECORD_TOO_LONG;
    }
    if (is_over) {
        close(connection->fd);
        connection->fd = -1;
    }
}

static void add_connection(int fd) {
    for (int i = 0; i < MAX_CONNECTIONS; i++)
        if (connections[i].fd == -1) {
            memset(&connections[i], 0, sizeof connections[i]);
            connections[i].fd = fd;
            return;
        }
    close(fd); /* the house is full */
}

static void serve_streams(int listener) {
    for (int i = 0; i < MAX_CONNECTIONS; i++)
        connections[i].fd = -1;
    while (!has_been_stopped()) {
        struct pollfd polled[MAX_CONNECTIONS + 1] = {{.fd = listener, .events = POLLIN}};
        for (int i = 0; i < MAX_CONNECTIONS; i++) /* poll(2) passes over those below 0 */
            polled[i + 1] = (struct pollfd){connections[i].fd, POLLIN, 0};
        if (poll(polled, MAX_CONNECTIONS + 1, -1) == -1)
            return;
        for (int i = 0; i < MAX_CONNECTIONS; i++)
            if (polled[i + 1].revents != 0)
                serve_connection(&connections[i]);
        if (polled[0].revents != 0) {
            int fd = accept(listener, NULL, NULL);
            if (fd != -1)
                add_connection(fd);
        }
    }
}

int main(int argc, char *argv[]) {
    int option;
    while ((option = getopt(argc, argv, "cd:")) != -1)
        if (option == 'c')
            has_cache = 1;
        else if (option == 'd')
            replies_to_drop = atoi(optarg);
        else
            return 2;
    struct transport transport;
    if (optind != argc - 1 || !parse_transport(argv[optind], &transport)) {
        fprintf(stderr, "usage: server [-c] [-d N] udp:PORT|tcp:PORT|dgram:PATH|stream:PATH\n");
        return 2;
    }
    int fd = open_server(&transport);
    if (fd == -1)
        return 1;
    pid_t child = fork();
    if (child != 0)
        return child == -1;
    setsid();             /* a ^C at the terminal is not for us */
    close(STDOUT_FILENO); /* who waits for the end of our output need not wait for ours */
    if (transport.type == SOCK_DGRAM)
        serve_datagrams(fd);
    else
        serve_streams(fd);
    if (transport.family == AF_UNIX)
        unlink(((struct sockaddr_un *)&transport.address)->sun_path);
    return 0;
}
