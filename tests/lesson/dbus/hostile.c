/* hostile SEED ROUNDS: damages good messages and gives them to dbus_decode().
   What it takes must survive being written and read again, and can be printed.
   hostile SEED ROUNDS CLIENTS: also sends them, and damaged authentications, to
   the bus at $DBUS_SESSION_BUS_ADDRESS, as so many clients, and asks it
   afterwards whether it is still there. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "dbus.h"

static uint32_t seed;

static uint32_t chance(uint32_t below) {
    seed = seed * 1664525u + 1013904223u;
    return (uint32_t)((uint64_t)seed * below >> 32);
}

static void fail(const char *what) {
    fprintf(stderr, "hostile: %s (seed %u)\n", what, seed);
    exit(1);
}

/* One of several messages, with many kinds of values, in either byte order as
 * far as those go. */
static uint8_t *good_message(uint32_t *size, uint32_t serial) {
    struct dbus_writer body = {.order = chance(2) ? 'l' : 'B'};
    struct dbus_message message = {.order = body.order,
                                   .type = (uint8_t)(1 + chance(4)),
                                   .serial = serial,
                                   .reply_serial = 1 + chance(9),
                                   .path = "/org/freedesktop/DBus",
                                   .interface = "org.freedesktop.DBus",
                                   .error = "org.example.Error",
                                   .destination = chance(4) ? "org.freedesktop.DBus" : ":1.1"};
    switch (chance(6)) {
        case 0:
            message.member = "RequestName";
            message.signature = "su";
            dbus_append(&body, "su", "org.example.Hostile", chance(8));
            break;
        case 1:
            message.member = "AddMatch";
            message.signature = "s";
            dbus_append(&body, "s", "type='signal',member='x',arg0='y',path_namespace='/a/b'");
            break;
        case 2:
            message.member = "Values";
            message.signature = "ynqiuxtdbsogaa{sv}(a(yx)v)";
            dbus_append(&body, message.signature, 1, -2, 3, -4, 5u, (int64_t)-6, (uint64_t)7, 8.5, 1, "text",
                        "/path", "as", 2, 1, "key", "a{uu}", 1, 2u, 3u, 0, 2, 1, (int64_t)2, 3, (int64_t)4,
                        "v", "s", "deep");
            break;
        case 3:
            message.member = "BecomeMonitor";
            message.signature = "asu";
            if (chance(8) != 0) message.member = "GetConnectionCredentials";
            dbus_append(&body, "asu", 2, "type='error'", "", 0u);
            break;
        case 4:
            message.member = "ListQueuedOwners";
            message.signature = "s";
            dbus_append(&body, "s", "org.example.Hostile");
            break;
        default:
            message.member = chance(2) ? "Introspect" : "Signal";
            message.type = DBUS_SIGNAL;
            message.destination = NULL;
            message.signature = "ss";
            dbus_append(&body, "ss", "org.example.x", "b");
    }
    message.body = body.bytes;
    message.body_size = (uint32_t)body.size;
    uint8_t *bytes = dbus_encode(&message, size);
    free(body.bytes);
    return bytes;
}

static void damage(uint8_t *bytes, uint32_t size) {
    static const uint8_t favourites[] = {0,   1,   2,   4,   0x7f, 0x80, 0xff, '(',
                                         ')', 'a', 'v', '{', '/',  '.',  's',  'g'};
    for (uint32_t count = chance(4); count > 0; count--) {
        uint32_t at = chance(3) ? chance(size) : chance(16);
        bytes[at] = chance(3) ? favourites[chance(sizeof favourites)] : (uint8_t)(bytes[at] + chance(5) - 2);
    }
}

/* Whether it is a message. */
static int try(const uint8_t *bytes, uint32_t size, FILE *nowhere) {
    struct dbus_message message, again;
    uint32_t written;
    if (!dbus_decode(bytes, size, &message)) return 0;
    dbus_print(nowhere, &message);
    uint8_t *copy = dbus_encode(&message, &written);
    if (!dbus_decode(copy, written, &again)) fail("what was read and written is no message");
    if (again.type != message.type || again.serial != message.serial ||
        again.body_size != message.body_size || strcmp(again.signature, message.signature) != 0 ||
        memcmp(again.body, message.body, again.body_size) != 0)
        fail("what was read and written is another message");
    dbus_message_free(&again);
    dbus_message_free(&message);
    free(copy);
    return 1;
}

/* ---- against a bus ---- */

static int connect_to_bus(void) {
    struct sockaddr_un to;
    unsigned size;
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (!dbus_socket_address(getenv("DBUS_SESSION_BUS_ADDRESS"), &to, &size)) fail("address");
    if (fd < 0 || connect(fd, (struct sockaddr *)&to, size) < 0) fail(strerror(errno));
    return fd;
}

static void attack(void) {
    static const char *const lines[] = {"AUTH EXTERNAL\r\n",
                                        "DATA\r\n",
                                        "DATA zz\r\n",
                                        "AUTH EXTERNAL 7a\r\n",
                                        "AUTH\r\n",
                                        "CANCEL\r\n",
                                        "BEGIN\r\n",
                                        "ERROR\r\n",
                                        "AUTH KERBEROS x\r\n",
                                        "\r\n",
                                        "\n\r",
                                        "NEGOTIATE_UNIX_FD\r\n"};
    char text[2048] = "";
    size_t size = chance(16) ? 1 : 0;
    if (chance(4) != 0) {
        size += (size_t)sprintf(text + size, "AUTH EXTERNAL\r\nDATA\r\nBEGIN\r\n");
    } else {
        for (uint32_t i = chance(12); i > 0; i--) {
            const char *line = lines[chance(sizeof lines / sizeof lines[0])];
            memcpy(text + size, line, strlen(line));
            size += strlen(line);
        }
        if (chance(4) == 0) memset(text + size, 'x', 1200), size += 1200;
    }
    int fd = connect_to_bus();
    send(fd, text, size, MSG_NOSIGNAL);
    struct dbus_message hello = {.type = DBUS_CALL,
                                 .serial = 1,
                                 .path = "/org/freedesktop/DBus",
                                 .member = "Hello",
                                 .destination = "org.freedesktop.DBus"};
    uint32_t message_size;
    uint8_t *bytes = dbus_encode(&hello, &message_size);
    if (chance(8) != 0) send(fd, bytes, message_size, MSG_NOSIGNAL);
    free(bytes);
    uint32_t harmless = chance(10);
    for (uint32_t i = 0; i < harmless + 2; i++) {
        bytes = good_message(&message_size, i + 2);
        if (i >= harmless) damage(bytes, message_size);
        if (chance(10) == 0) message_size = chance(message_size);
        send(fd, bytes, message_size, MSG_NOSIGNAL);
        free(bytes);
    }
    if (chance(2)) shutdown(fd, SHUT_WR);
    /* Until the bus has had enough, where it can be known that it will. */
    else if (chance(2))
        while (recv(fd, text, sizeof text, MSG_DONTWAIT) > 0) continue;
    close(fd);
}

static void ask_bus(struct dbus *bus) {
    struct dbus_message reply;
    dbus_call_bus(bus, &reply, "GetId", "");
    if (reply.type != DBUS_RETURN) fail("the bus does not answer");
    dbus_message_free(&reply);
}

/* Calls and never reads an answer: the bus must stop listening before it has no
   memory left. Between two questions of somebody else it has looked at all its
   clients, so when there is no room twice, it does not read. */
static void never_read(struct dbus *other) {
    int fd = connect_to_bus(), full = 0;
    static const char hello[] = "\0AUTH EXTERNAL\r\nDATA\r\nBEGIN\r\n";
    send(fd, hello, sizeof hello - 1, MSG_NOSIGNAL);
    struct dbus_message call = {.type = DBUS_CALL,
                                .serial = 1,
                                .path = "/org/freedesktop/DBus",
                                .member = "Hello",
                                .destination = "org.freedesktop.DBus"};
    uint32_t size, sent = 0;
    for (long calls = 0; full < 3; calls++) {
        uint8_t *bytes = dbus_encode(&call, &size);
        while (full < 3 && sent < size) {
            ssize_t count = send(fd, bytes + sent, size - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
            if (count > 0)
                sent += (uint32_t)count, full = 0;
            else if (errno != EAGAIN)
                fail("the bus has thrown out a client that does not read");
            else
                full++, ask_bus(other);
        }
        free(bytes);
        sent = 0;
        call.member = "Introspect";
        if (calls > 1000000) fail("the bus listens to a client that does not read");
    }
    close(fd);
}

/* Those who say nothing must not keep others out, nor those who announce a
 * message that is too long. */
static void be_silent(struct dbus *other) {
    static const char too_long[] = "\0AUTH EXTERNAL\r\nDATA\r\nBEGIN\r\nl\1\0\1\0\0\0\7\1\0\0\0\0\0\0\0";
    int fds[40];
    for (int i = 0; i < 40; i++) fds[i] = connect_to_bus();
    ask_bus(other);
    send(fds[39], too_long, sizeof too_long - 1, MSG_NOSIGNAL);
    char text[256];
    while (recv(fds[39], text, sizeof text, 0) > 0) continue;
    for (int i = 0; i < 40; i++) close(fds[i]);
}

int main(int argc, char **argv) {
    if (argc < 3) return 2;
    seed = (uint32_t)strtoul(argv[1], NULL, 10);
    FILE *nowhere = fopen("/dev/null", "w");
    int taken = 0, rounds = atoi(argv[2]);
    for (int i = 0; i < rounds; i++) {
        uint32_t size;
        uint8_t *bytes = good_message(&size, 1 + chance(1000));
        if (!try(bytes, size, nowhere)) fail("a good message was refused");
        damage(bytes, size);
        taken += try(bytes, size, nowhere);
        for (uint32_t shorter = size; shorter > 0 && i < 50;)
            if (try(bytes, --shorter, nowhere)) fail("a part of a message was taken");
        free(bytes);
    }
    fclose(nowhere);
    if (taken == rounds && rounds > 0) fail("damage was never noticed");
    for (int i = argc > 3 ? atoi(argv[3]) : 0; i > 0; i--) attack();
    if (argc > 3) {
        struct dbus *bus = dbus_connect(NULL);
        if (bus == NULL) fail("the bus has gone");
        never_read(bus);
        be_silent(bus);
        ask_bus(bus);
        dbus_close(bus);
    }
    puts("still there");
    return 0;
}
