// Who gets a message ("Message Bus Message Routing").
#include <stdlib.h>
#include <string.h>

#include "broker.h"

// A call whose reply has not come yet. Only such replies are passed on, and whoever waits is told when none can come.
struct call {
    struct client *from, *to;
    uint32_t serial;
    struct call *next;
};
static struct call *calls;

// Monitors see everything ("org.freedesktop.DBus.Monitoring.BecomeMonitor").
static void show_monitors(const struct client *from, const struct dbus_message *message, const uint8_t *bytes,
                          uint32_t size) {
    for (struct client *client = clients; client != NULL; client = client->next)
        if (client->is_monitor && !client->is_dead && !is_clogged(client) && has_match(client, from, message))
            queue_bytes(client, bytes, size);
}

static bool is_deaf(const struct client *client) {
    return client->is_dead || client->is_monitor || client->name[0] == '\0';
}

static void give_to_all(const struct client *from, const struct dbus_message *message, const uint8_t *bytes,
                        uint32_t size) {
    // Whoever doesn't read what he has asked for loses it.
    for (struct client *client = clients; client != NULL; client = client->next)
        if (!is_deaf(client) && !is_clogged(client) && has_match(client, from, message))
            queue_bytes(client, bytes, size);
}

void broadcast_from_bus(struct dbus_message *message) {
    uint32_t size;
    message->sender = BUS_NAME;
    message->serial = 1;
    uint8_t *bytes = dbus_encode(message, &size);
    show_monitors(NULL, message, bytes, size);
    give_to_all(NULL, message, bytes, size);
    free(bytes);
}

void send_from_bus(struct client *to, struct dbus_message *message) {
    if (is_deaf(to)) return;
    if (++to->serial == 0) ++to->serial;
    message->serial = to->serial;
    message->sender = BUS_NAME;
    message->destination = to->name;
    message->flags |= DBUS_NO_REPLY_EXPECTED;
    uint32_t size;
    uint8_t *bytes = dbus_encode(message, &size);
    show_monitors(NULL, message, bytes, size);
    queue_bytes(to, bytes, size);
    free(bytes);
}

// ==== Replies of the bus ====

void reply_body(struct client *to, const struct dbus_message *call, const char *signature,
                const struct dbus_writer *body) {
    struct dbus_message message = {.type = DBUS_RETURN,
                                   .reply_serial = call->serial,
                                   .signature = signature,
                                   .body = body->bytes,
                                   .body_size = (uint32_t)body->size};
    if (!(call->flags & DBUS_NO_REPLY_EXPECTED)) send_from_bus(to, &message);
}

void reply(struct client *to, const struct dbus_message *call, const char *signature, ...) {
    struct dbus_writer body = {0};
    struct dbus_arguments arguments;
    va_start(arguments.list, signature);
    dbus_append_arguments(&body, signature, &arguments);
    va_end(arguments.list);
    reply_body(to, call, signature, &body);
    free(body.bytes);
}

// Also to who wants no reply, and about what is no call: "Message Format" says that such errors should be left out, but
// dbus-daemon sends them, and so everybody can learn of his mistake.
static void send_error(struct client *to, uint32_t serial, const char *error, const char *text) {
    struct dbus_writer body = {0};
    dbus_append(&body, "s", text);
    struct dbus_message message = {.type = DBUS_ERROR,
                                   .reply_serial = serial,
                                   .error = error,
                                   .signature = "s",
                                   .body = body.bytes,
                                   .body_size = (uint32_t)body.size};
    send_from_bus(to, &message);
    free(body.bytes);
}

void reply_error(struct client *to, const struct dbus_message *call, const char *error, const char *text) {
    send_error(to, call->serial, error, text);
}

// ==== Calls from client to client ====

static void remember_call(struct client *from, struct client *to, uint32_t serial) {
    struct call *call = dbus_must(calloc(1, sizeof *call));
    *call = (struct call){.from = from, .to = to, .serial = serial, .next = calls};
    calls = call;
    from->call_count++;
}

// Takes the call that `from` answers off the list. False where there is no such call.
static bool take_call(struct client *from, struct client *to, uint32_t serial) {
    for (struct call **place = &calls; *place != NULL; place = &(*place)->next) {
        struct call *call = *place;
        if (call->from != to || call->to != from || call->serial != serial) continue;
        *place = call->next;
        call->from->call_count--;
        free(call);
        return true;
    }
    return false;
}

void forget_calls(struct client *client) {
    for (struct call **place = &calls; *place != NULL;) {
        struct call *call = *place;
        if (call->from != client && call->to != client) {
            place = &call->next;
            continue;
        }
        *place = call->next;
        call->from->call_count--;
        if (call->from != client)
            send_error(call->from, call->serial, DBUS_FAILURE("NoReply"),
                       "Whoever was called has left the bus without an answer");
        free(call);
    }
}

static void pass_on(struct client *from, struct client *to, const struct dbus_message *message,
                    const uint8_t *bytes, uint32_t size) {
    bool wants_reply = message->type == DBUS_CALL && !(message->flags & DBUS_NO_REPLY_EXPECTED);
    bool is_reply = message->type == DBUS_RETURN || message->type == DBUS_ERROR;
    if (is_reply && !take_call(from, to, message->reply_serial)) {
        reply_error(from, message, DBUS_FAILURE("AccessDenied"), "Nobody waits for that reply");
        return;
    }
    if (is_clogged(to) || (wants_reply && from->call_count >= MOST_CALLS)) {
        reply_error(from, message, DBUS_FAILURE("LimitsExceeded"), "Too much is waiting already");
        return;
    }
    if (wants_reply) remember_call(from, to, message->serial);
    queue_bytes(to, bytes, size);
}

static void refuse_unknown_name(struct client *from, const struct dbus_message *message) {
    char text[400];
    snprintf(text, sizeof text, "Nobody has the name %s", message->destination);
    // A bus that can start services on demand would be asked to, unless the caller forbids it.
    bool may_start = !(message->flags & DBUS_NO_AUTO_START);
    reply_error(from, message, may_start ? DBUS_FAILURE("ServiceUnknown") : DBUS_FAILURE("NameHasNoOwner"),
                text);
}

static bool is_local(const struct dbus_message *message) {
    return (message->path != NULL && strcmp(message->path, BUS_PATH "/Local") == 0) ||
           (message->interface != NULL && strcmp(message->interface, BUS_NAME ".Local") == 0);
}

static bool is_hello(const struct dbus_message *message) {
    return message->type == DBUS_CALL && message->destination != NULL &&
           strcmp(message->destination, BUS_NAME) == 0 && strcmp(message->member, "Hello") == 0;
}

void route(struct client *from, struct dbus_message *message) {
    // "Hello" comes first; the path and interface Local are the library's own; a monitor has to be silent.
    if ((from->name[0] == '\0' && !is_hello(message)) || is_local(message) || from->is_monitor) {
        from->is_dead = true;
        return;
    }
    if (message->type < DBUS_CALL || message->type > DBUS_SIGNAL) return;
    // Nobody can speak in another's name.
    message->sender = from->name[0] != '\0' ? from->name : NULL;
    const char *to = message->destination;
    uint32_t size;
    uint8_t *bytes = dbus_encode(message, &size);
    show_monitors(from, message, bytes, size);
    if (to == NULL && message->type == DBUS_SIGNAL) {
        give_to_all(from, message, bytes, size);
    } else if (to == NULL || strcmp(to, BUS_NAME) == 0) {
        if (message->type == DBUS_CALL) call_bus(from, message);
    } else {
        struct client *owner = owner_of(to);
        if (owner != NULL)
            pass_on(from, owner, message, bytes, size);
        else
            refuse_unknown_name(from, message);
    }
    free(bytes);
}
