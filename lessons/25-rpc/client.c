/* client TRANSPORT COMMAND, where COMMAND is: balance OWNER, withdraw OWNER AMOUNT, deposit OWNER AMOUNT,
   none, stop.

   Below are the stubs: functions that look as if the account were here. call() makes messages of them, and
   where no reply comes, sends the same message again: it cannot know whether it was the call or the reply
   that got lost. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "account.h"
#include "rpc.h"

enum { WAIT_MS = 3000, TRIES = 3 };

static struct transport transport;

/* Whether the record is the reply to this call. An old one may come late: it has another xid. */
static int is_reply(const struct record *reply, uint32_t xid) {
    struct xdr in = {(unsigned char *)reply->data, reply->length, 0, 0};
    return xdr_get_unsigned(&in) == xid && !in.is_bad;
}

/* Waits for the reply: 0 where it does not come in time, or the connection ends. */
static int receive_reply(int fd, uint32_t xid, struct record *reply) {
    struct pollfd polled = {fd, POLLIN, 0};
    memset(reply, 0, sizeof *reply);
    while (poll(&polled, 1, WAIT_MS) == 1) {
        unsigned char byte;
        enum feed_result result = RECORD_COMPLETE;
        ssize_t bytes =
            transport.type == SOCK_DGRAM ? recv(fd, reply->data, MESSAGE_BYTES, 0) : recv(fd, &byte, 1, 0);
        if (bytes <= 0)
            return 0;
        if (transport.type == SOCK_DGRAM)
            reply->length = (size_t)bytes;
        else
            result = feed_record(reply, byte);
        if (result == RECORD_TOO_LONG)
            return 0;
        if (result == RECORD_COMPLETE && is_reply(reply, xid))
            return 1;
        if (result == RECORD_COMPLETE)
            reply->length = 0;
    }
    return 0;
}

/* Sends the call until there is a reply. On a stream nothing gets lost, but the connection may end: then
   there is a new one. */
static int exchange(const struct xdr *message, uint32_t xid, struct record *reply) {
    int fd = -1;
    for (int try = 0; try < TRIES; try++) {
        if (try > 0)
            fprintf(stderr, "client: no reply, once more\n");
        if (fd == -1)
            fd = open_client(&transport);
        if (fd == -1)
            return 0;
        int is_answered = send_message(fd, transport.type, message, NULL, 0) && receive_reply(fd, xid, reply);
        if (is_answered || transport.type == SOCK_STREAM || try == TRIES - 1) {
            close_client(fd, &transport);
            fd = -1;
        }
        if (is_answered)
            return 1;
    }
    fprintf(stderr, "client: nobody answers\n");
    return 0;
}

/* Calls the procedure; the results are to be read from `results`, which lies in `reply`. */
static void call(enum procedure procedure, const char *owner, const int *amount, struct record *reply,
                 struct xdr *results) {
    unsigned char buffer[MESSAGE_BYTES];
    struct xdr message = {buffer, sizeof buffer, 0, 0};
    struct call header = {.xid = 1, .program = ACCOUNT, .version = ACCOUNT_1, .procedure = procedure};
    put_call(&message, &header, (uint32_t)getpid()); /* a process calls once: xid and pid are no other's */
    if (owner != NULL)
        xdr_put_string(&message, owner);
    if (amount != NULL)
        xdr_put_int(&message, *amount);
    if (!exchange(&message, header.xid, reply))
        exit(1);
    *results = (struct xdr){reply->data, reply->length, 0, 0};
    const char *problem = get_reply(results);
    if (problem != NULL) {
        fprintf(stderr, "client: %s\n", problem);
        exit(1);
    }
}

/* A stub for the procedures without arguments and results. */
static int call_plain(enum procedure procedure) {
    struct record reply;
    struct xdr results;
    call(procedure, NULL, NULL, &reply, &results);
    return xdr_is_complete(&results);
}

/* A stub for those that have an outcome; `amount` may be null. 0 where it was not done. */
static int call_account(enum procedure procedure, const char *owner, const int *amount, int *balance) {
    struct record reply;
    struct xdr results;
    call(procedure, owner, amount, &reply, &results);
    int is_done = xdr_get_bool(&results);
    *balance = is_done ? xdr_get_int(&results) : 0;
    return is_done && xdr_is_complete(&results);
}

static int run(int argc, char *argv[]) {
    static const struct {
        const char *name;
        enum procedure procedure;
        int words;
    } commands[] = {{"none", NONE, 0},
                    {"stop", STOP, 0},
                    {"balance", BALANCE, 1},
                    {"withdraw", WITHDRAW, 2},
                    {"deposit", DEPOSIT, 2}};
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        if (strcmp(argv[2], commands[i].name) != 0 || argc != 3 + commands[i].words)
            continue;
        if (commands[i].words == 0)
            return call_plain(commands[i].procedure) ? 0 : 1;
        int amount = argc > 4 ? atoi(argv[4]) : 0, balance;
        int is_done = call_account(commands[i].procedure, argv[3], argc > 4 ? &amount : NULL, &balance);
        if (is_done)
            printf("%s: %d\n", argv[3], balance);
        else
            printf("%s: no\n", argv[3]);
        return is_done ? 0 : 1;
    }
    return -1;
}

int main(int argc, char *argv[]) {
    int status = argc >= 3 && parse_transport(argv[1], &transport) ? run(argc, argv) : -1;
    if (status == -1)
        fprintf(stderr,
                "usage: client udp:PORT|tcp:PORT|dgram:PATH|stream:PATH "
                "none|stop|balance OWNER|withdraw OWNER AMOUNT|deposit OWNER AMOUNT\n");
    return status == -1 ? 2 : status;
}
