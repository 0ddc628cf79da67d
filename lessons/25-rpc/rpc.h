/* Remote procedure calls (ONC RPC, RFC 5531): the messages, and how they travel. Credentials are AUTH_NONE or
   AUTH_SYS. */
#ifndef RPC_H
#define RPC_H

#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "xdr.h"

enum { MESSAGE_BYTES = 1024, AUTH_BYTES = 400 /* RFC 5531, 8.2 */, RPC_VERSION = 2 };

/* RFC 5531, 9. The numbers are on the wire. */
enum message_kind { CALL, REPLY };
enum reply_stat { MSG_ACCEPTED, MSG_DENIED };
enum accept_stat { SUCCESS, PROG_UNAVAIL, PROG_MISMATCH, PROC_UNAVAIL, GARBAGE_ARGS, SYSTEM_ERR };
enum reject_stat { RPC_MISMATCH, AUTH_ERROR };
enum auth_flavor { AUTH_NONE, AUTH_SYS };
enum auth_stat { AUTH_OK, AUTH_BADCRED, AUTH_REJECTEDCRED };

struct call {
    uint32_t xid; /* chosen by the client: it finds the reply by it, and the server the call that it has had
                     already */
    uint32_t rpc_version, program, version, procedure;
    uint32_t flavor;
    unsigned char credentials[AUTH_BYTES];
    size_t credentials_length;
};

/* --- messages: rpc.c --- */

/* Everything before the arguments. The credentials say who calls, as AUTH_SYS (RFC 5531, appendix A): `stamp`
   is what tells two clients of one user apart. */
void put_call(struct xdr *out, const struct call *call, uint32_t stamp);
/* 0 where this is no call at all. The arguments are what is left in `in`. */
int get_call(struct xdr *in, struct call *call);

/* Everything before the results. */
void put_accepted(struct xdr *out, uint32_t xid, enum accept_stat status);
void put_denied(struct xdr *out, uint32_t xid, enum reject_stat status);
/* Null where this is a reply with results, which are what is left in `in`; otherwise what is wrong, in words.
 */
const char *get_reply(struct xdr *in);

/* --- the way: transport.c --- */

/* "udp:4000", "tcp:4000" on this host, or "dgram:PATH", "stream:PATH" over UNIX sockets. */
struct transport {
    int family, type; /* as for socket() */
    union {
        struct sockaddr any;
        struct sockaddr_storage storage;
    } address;
    socklen_t length;
};

/* 0 where it is none of these. */
int parse_transport(const char *text, struct transport *transport);
/* A socket for a server, bound to the address and listening, or -1. Port 0: any that is free; it is printed.
 */
int open_server(const struct transport *transport);
/* A socket for a client, connected, or -1. */
int open_client(const struct transport *transport);
void close_client(int fd, const struct transport *transport);

/* A stream has no messages; RFC 5531, 11 makes some: a record is a number of fragments, each with its length
   in four bytes before it, of which the highest bit marks the last one. */
struct record {
    unsigned char data[MESSAGE_BYTES];
    size_t length;
    uint32_t fragment_header, fragment_left;
    int header_bytes; /* of the fragment's header that we have */
};

enum feed_result { RECORD_TOO_LONG = -1, RECORD_INCOMPLETE, RECORD_COMPLETE };
/* Takes in the next byte of the stream. After RECORD_COMPLETE, set the length to 0 for the next one. */
enum feed_result feed_record(struct record *record, unsigned char byte);

/* Sends a message, on a stream as a record; `to` may be null on a connected socket. 0 where that is not
   possible. */
int send_message(int fd, int type, const struct xdr *message, const struct sockaddr *to, socklen_t length);

#endif
