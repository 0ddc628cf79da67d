// A connection to a bus.
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "dbus.h"

enum { REPLY_TIMEOUT_MS = 25000, FOREVER = -1 };

// A message that came while somebody waited for a reply.
struct waiting {
    struct dbus_message message;
    struct waiting *next;
};

struct dbus {
    int fd;
    uint32_t serial;  // of the last message
    char *name;       // unique name
    struct waiting *first;
};

static bool send_bytes(int fd, const void *bytes, size_t size) {
    for (size_t sent = 0; sent < size;) {
        ssize_t count = send(fd, (const char *)bytes + sent, size - sent, MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return false;
        sent += (size_t)count;
    }
    return true;
}

static long long now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000ll + now.tv_nsec / 1000000;
}

// Exactly `size` bytes, before `deadline_ms` on now_ms()'s clock. False at the end of the stream, or too late.
static bool receive_bytes(int fd, void *bytes, size_t size, long long deadline_ms) {
    for (size_t got = 0; got < size;) {
        if (deadline_ms != FOREVER) {
            long long left = deadline_ms - now_ms();
            struct pollfd input = {.fd = fd, .events = POLLIN};
            if (left <= 0) return false;
            if (poll(&input, 1, (int)left) <= 0) continue;
        }
        ssize_t count = recv(fd, (char *)bytes + got, size - got, 0);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return false;
        got += (size_t)count;
    }
    return true;
}

// ==== Connecting ====

// "Authentication Protocol": a zero byte, then lines. EXTERNAL: the kernel has told the server who we are; we only say
// whom we want to be, as a user number, of whose decimal digits each is written as two hexadecimal ones.
static bool authenticate(int fd) {
    char digits[16], line[256] = "\0AUTH EXTERNAL ";
    size_t size = 15;
    snprintf(digits, sizeof digits, "%u", (unsigned)geteuid());
    for (const char *p = digits; *p != '\0'; p++) size += (size_t)sprintf(line + size, "%02x", *p);
    memcpy(line + size, "\r\n", 2);
    if (!send_bytes(fd, line, size + 2)) return false;
    for (size = 0; size < 2 || memcmp(line + size - 2, "\r\n", 2) != 0; size++)
        if (size == sizeof line || !receive_bytes(fd, line + size, 1, FOREVER)) return false;
    return size > 3 && memcmp(line, "OK ", 3) == 0 && send_bytes(fd, "BEGIN\r\n", 7);
}

struct dbus *dbus_connect(const char *address) {
    if (address == NULL) address = getenv("DBUS_SESSION_BUS_ADDRESS");
    if (address == NULL) {
        fprintf(stderr, "dbus: no bus: DBUS_SESSION_BUS_ADDRESS is not set\n");
        return NULL;
    }
    struct sockaddr_un to;
    socklen_t size;
    if (!dbus_socket_address(address, &to, &size)) {
        fprintf(stderr, "dbus: not an address that is understood here: %s\n", address);
        return NULL;
    }
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&to, size) < 0) {
        fprintf(stderr, "dbus: %s: %s\n", address, strerror(errno));
        if (fd >= 0) close(fd);
        return NULL;
    }
    struct dbus *bus = dbus_must(calloc(1, sizeof *bus));
    bus->fd = fd;
    if (!authenticate(fd)) {
        fprintf(stderr, "dbus: %s: the bus does not let us in\n", address);
        dbus_close(bus);
        return NULL;
    }
    struct dbus_message reply;
    const char *name;
    dbus_call_bus(bus, &reply, "Hello", "");
    if (reply.type == DBUS_RETURN && dbus_read(&reply, "s", &name)) {
        bus->name = dbus_must(strdup(name));
    } else {
        dbus_complain(&reply);
        dbus_close(bus);
        bus = NULL;
    }
    dbus_message_free(&reply);
    return bus;
}

void dbus_close(struct dbus *bus) {
    while (bus->first != NULL) {
        struct waiting *gone = bus->first;
        bus->first = gone->next;
        dbus_message_free(&gone->message);
        free(gone);
    }
    close(bus->fd);
    free(bus->name);
    free(bus);
}

const char *dbus_unique_name(const struct dbus *bus) {
    return bus->name;
}

// ==== Messages ====

uint32_t dbus_send(struct dbus *bus, struct dbus_message *message) {
    if (++bus->serial == 0) ++bus->serial;
    message->serial = bus->serial;
    uint32_t size;
    uint8_t *bytes = dbus_encode(message, &size);
    bool is_sent = send_bytes(bus->fd, bytes, size);
    free(bytes);
    return is_sent ? message->serial : 0;
}

static bool receive(struct dbus *bus, struct dbus_message *message, long long deadline_ms) {
    uint8_t header[DBUS_FIXED_HEADER], *bytes = NULL;
    memset(message, 0, sizeof *message);
    if (!receive_bytes(bus->fd, header, sizeof header, deadline_ms)) return false;
    uint32_t size = dbus_message_size(header, DBUS_MOST_BYTES);
    if (size == 0) return false;
    bytes = memcpy(dbus_must(malloc(size)), header, sizeof header);
    bool is_good = receive_bytes(bus->fd, bytes + sizeof header, size - sizeof header, deadline_ms) &&
                   dbus_decode(bytes, size, message);
    free(bytes);
    return is_good;
}

// "org.freedesktop.DBus.Peer": what every connection answers, whatever object is asked.
static bool is_peer_call(struct dbus *bus, const struct dbus_message *message) {
    char id[DBUS_ID];
    if (message->type != DBUS_CALL || message->interface == NULL ||
        strcmp(message->interface, "org.freedesktop.DBus.Peer") != 0)
        return false;
    if (strcmp(message->member, "Ping") == 0)
        dbus_reply(bus, message, "");
    else if (strcmp(message->member, "GetMachineId") != 0)
        dbus_reply_error(bus, message, DBUS_FAILURE("UnknownMethod"), "Peer has Ping and GetMachineId only");
    else if (dbus_machine_id(id))
        dbus_reply(bus, message, "s", id);
    else
        dbus_reply_error(bus, message, DBUS_FAILURE("FileNotFound"), "This machine has no machine-id file");
    return true;
}

bool dbus_next(struct dbus *bus, struct dbus_message *message) {
    if (bus->first != NULL) {
        struct waiting *first = bus->first;
        *message = first->message;
        bus->first = first->next;
        free(first);
        return true;
    }
    while (receive(bus, message, FOREVER)) {
        if (!is_peer_call(bus, message)) return true;
        dbus_message_free(message);
    }
    return false;
}

static void make_error(struct dbus_message *message, const char *error, const char *text) {
    struct dbus_writer body = {0};
    dbus_append(&body, "s", text);
    *message = (struct dbus_message){.order = 'l',
                                     .type = DBUS_ERROR,
                                     .error = error,
                                     .signature = "s",
                                     .body = body.bytes,
                                     .body_size = (uint32_t)body.size,
                                     .storage = body.bytes};
}

void dbus_call(struct dbus *bus, struct dbus_message *call, struct dbus_message *reply) {
    struct waiting **end = &bus->first;
    while (*end != NULL) end = &(*end)->next;
    uint32_t serial = dbus_send(bus, call);
    long long deadline_ms = now_ms() + REPLY_TIMEOUT_MS;
    while (serial != 0 && receive(bus, reply, deadline_ms)) {
        if (reply->reply_serial == serial && (reply->type == DBUS_RETURN || reply->type == DBUS_ERROR))
            return;
        if (is_peer_call(bus, reply)) {
            dbus_message_free(reply);
            continue;
        }
        *end = dbus_must(calloc(1, sizeof **end));
        (*end)->message = *reply;
        end = &(*end)->next;
    }
    if (now_ms() >= deadline_ms)
        make_error(reply, DBUS_FAILURE("NoReply"), "No reply came within 25 seconds");
    else
        make_error(reply, DBUS_FAILURE("Disconnected"), "The bus has closed the connection");
}

// The body of `message`, which then owns it.
static void set_body(struct dbus_message *message, const char *signature, struct dbus_arguments *arguments) {
    struct dbus_writer body = {0};
    dbus_append_arguments(&body, signature, arguments);
    message->signature = signature;
    message->body = message->storage = body.bytes;
    message->body_size = (uint32_t)body.size;
}

static void invoke(struct dbus *bus, struct dbus_message *call, struct dbus_message *reply,
                   const char *signature, struct dbus_arguments *arguments) {
    set_body(call, signature, arguments);
    dbus_call(bus, call, reply);
    dbus_message_free(call);
}

void dbus_invoke(struct dbus *bus, struct dbus_message *reply, const char *destination, const char *path,
                 const char *interface, const char *member, const char *signature, ...) {
    struct dbus_message call = {.type = DBUS_CALL,
                                .destination = destination,
                                .path = path,
                                .interface = interface,
                                .member = member};
    struct dbus_arguments arguments;
    va_start(arguments.list, signature);
    invoke(bus, &call, reply, signature, &arguments);
    va_end(arguments.list);
}

void dbus_call_bus(struct dbus *bus, struct dbus_message *reply, const char *member, const char *signature,
                   ...) {
    struct dbus_message call = {.type = DBUS_CALL,
                                .path = "/org/freedesktop/DBus",
                                .member = member,
                                .interface = "org.freedesktop.DBus",
                                .destination = "org.freedesktop.DBus"};
    struct dbus_arguments arguments;
    va_start(arguments.list, signature);
    invoke(bus, &call, reply, signature, &arguments);
    va_end(arguments.list);
}

void dbus_reply(struct dbus *bus, const struct dbus_message *call, const char *signature, ...) {
    if (call->flags & DBUS_NO_REPLY_EXPECTED) return;
    struct dbus_message reply = {
        .type = DBUS_RETURN, .reply_serial = call->serial, .destination = call->sender};
    struct dbus_arguments arguments;
    va_start(arguments.list, signature);
    set_body(&reply, signature, &arguments);
    va_end(arguments.list);
    dbus_send(bus, &reply);
    dbus_message_free(&reply);
}

void dbus_reply_error(struct dbus *bus, const struct dbus_message *call, const char *error,
                      const char *text) {
    if (call->flags & DBUS_NO_REPLY_EXPECTED) return;
    struct dbus_message reply;
    make_error(&reply, error, text);
    reply.reply_serial = call->serial;
    reply.destination = call->sender;
    dbus_send(bus, &reply);
    dbus_message_free(&reply);
}

void dbus_emit(struct dbus *bus, const char *path, const char *interface, const char *member,
               const char *signature, ...) {
    struct dbus_message event = {.type = DBUS_SIGNAL,
                                 .flags = DBUS_NO_REPLY_EXPECTED,
                                 .path = path,
                                 .interface = interface,
                                 .member = member};
    struct dbus_arguments arguments;
    va_start(arguments.list, signature);
    set_body(&event, signature, &arguments);
    va_end(arguments.list);
    dbus_send(bus, &event);
    dbus_message_free(&event);
}

// ==== Names and subscriptions ====

void dbus_complain(const struct dbus_message *error) {
    const char *text = "";
    struct dbus_reader body = dbus_body(error);
    if (error->signature[0] == 's') dbus_get_string(&body, &text);
    fprintf(stderr, "%s: %s\n", error->error, text);
}

static void end_unless_returned(const struct dbus_message *reply) {
    if (reply->type == DBUS_RETURN) return;
    dbus_complain(reply);
    exit(1);
}

void dbus_add_match(struct dbus *bus, const char *rule) {
    struct dbus_message reply;
    dbus_call_bus(bus, &reply, "AddMatch", "s", rule);
    end_unless_returned(&reply);
    dbus_message_free(&reply);
}

void dbus_own(struct dbus *bus, const char *name) {
    enum { DO_NOT_QUEUE = 4, PRIMARY_OWNER = 1, ALREADY_OWNER = 4 };
    struct dbus_message reply;
    uint32_t result = 0;
    dbus_call_bus(bus, &reply, "RequestName", "su", name, (uint32_t)DO_NOT_QUEUE);
    end_unless_returned(&reply);
    dbus_read(&reply, "u", &result);
    dbus_message_free(&reply);
    if (result == PRIMARY_OWNER || result == ALREADY_OWNER) return;
    fprintf(stderr, "dbus: somebody else has the name %s\n", name);
    exit(1);
}
