/* Sockets, and records on streams (RFC 5531, 11). */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include "rpc.h"

static void set_path(struct transport *transport, const char *path) {
    struct sockaddr_un *name = (struct sockaddr_un *)&transport->address;
    memset(name, 0, sizeof *name);
    name->sun_family = AF_UNIX;
    snprintf(name->sun_path, sizeof name->sun_path, "%s", path);
    transport->length = sizeof *name;
}

static void set_port(struct transport *transport, const char *port) {
    struct sockaddr_in *name = (struct sockaddr_in *)&transport->address;
    memset(name, 0, sizeof *name);
    name->sin_family = AF_INET;
    name->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    name->sin_port = htons((uint16_t)atoi(port));
    transport->length = sizeof *name;
}

int parse_transport(const char *text, struct transport *transport) {
    static const struct {
        const char *prefix;
        int family, type;
    } kinds[] = {{"udp:", AF_INET, SOCK_DGRAM},
                 {"tcp:", AF_INET, SOCK_STREAM},
                 {"dgram:", AF_UNIX, SOCK_DGRAM},
                 {"stream:", AF_UNIX, SOCK_STREAM}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        size_t length = strlen(kinds[i].prefix);
        if (strncmp(text, kinds[i].prefix, length) != 0)
            continue;
        transport->family = kinds[i].family;
        transport->type = kinds[i].type;
        if (transport->family == AF_UNIX)
            set_path(transport, text + length);
        else
            set_port(transport, text + length);
        return 1;
    }
    return 0;
}

static int fail(int fd, const char *what) {
    perror(what);
    if (fd != -1)
        close(fd);
    return -1;
}

static void print_port(int fd) {
    struct sockaddr_in name;
    socklen_t length = sizeof name;
    if (getsockname(fd, (struct sockaddr *)&name, &length) == 0)
        printf("%d\n", ntohs(name.sin_port));
    fflush(stdout);
}

int open_server(const struct transport *transport) {
    int fd = socket(transport->family, transport->type, 0), one = 1;
    if (fd == -1)
        return fail(fd, "socket");
    if (transport->family == AF_INET)
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, &transport->address.any, transport->length) == -1)
        return fail(fd, "bind");
    if (transport->type == SOCK_STREAM && listen(fd, 8) == -1)
        return fail(fd, "listen");
    if (transport->family == AF_INET && ((const struct sockaddr_in *)&transport->address)->sin_port == 0)
        print_port(fd);
    return fd;
}

/* A datagram on UNIX sockets can be answered only where its sender has a name. */
static void name_client(struct transport *mine) {
    char path[32];
    snprintf(path, sizeof path, "client-%d.socket", (int)getpid());
    set_path(mine, path);
}

int open_client(const struct transport *transport) {
    int fd = socket(transport->family, transport->type, 0);
    if (fd == -1)
        return fail(fd, "socket");
    if (transport->family == AF_UNIX && transport->type == SOCK_DGRAM) {
        struct transport mine;
        name_client(&mine);
        if (bind(fd, &mine.address.any, mine.length) == -1)
            return fail(fd, "bind");
    }
    if (connect(fd, &transport->address.any, transport->length) == -1) {
        fail(-1, "connect");
        close_client(fd, transport);
        return -1;
    }
    return fd;
}

void close_client(int fd, const struct transport *transport) {
    if (transport->family == AF_UNIX && transport->type == SOCK_DGRAM) {
        struct transport mine;
        name_client(&mine);
        unlink(((struct sockaddr_un *)&mine.address)->sun_path);
    }
    close(fd);
}

enum feed_result feed_record(struct record *record, unsigned char byte) {
    enum { HEADER_BYTES = 4 };
    const uint32_t last_fragment = UINT32_C(1) << 31;
    if (record->header_bytes < HEADER_BYTES) {
        record->fragment_header = record->fragment_header << 8 | byte;
        if (++record->header_bytes < HEADER_BYTES)
            return RECORD_INCOMPLETE;
        record->fragment_left = record->fragment_header & ~last_fragment;
        if (record->fragment_left > MESSAGE_BYTES - record->length)
            return RECORD_TOO_LONG;
    } else {
        record->data[record->length++] = byte;
        record->fragment_left--;
    }
    if (record->fragment_left > 0)
        return RECORD_INCOMPLETE;
    record->header_bytes = 0;
    return record->fragment_header & last_fragment ? RECORD_COMPLETE : RECORD_INCOMPLETE;
}

int send_message(int fd, int type, const struct xdr *message, const struct sockaddr *to, socklen_t length) {
    unsigned char buffer[4 + MESSAGE_BYTES];
    struct xdr header = {buffer, 4, 0, 0};
    size_t bytes = message->at, skip = type == SOCK_STREAM ? 0 : 4;
    if (message->is_bad || bytes > MESSAGE_BYTES)
        return 0;
    xdr_put_unsigned(&header, UINT32_C(1) << 31 | (uint32_t)bytes);
    memcpy(buffer + 4, message->data, bytes);
    bytes += 4 - skip;
    return sendto(fd, buffer + skip, bytes, MSG_DONTWAIT | MSG_NOSIGNAL, to, length) == (ssize_t)bytes;
}
