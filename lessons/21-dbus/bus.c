// bus: talks to a message bus; a small busctl(1), with its arguments and its output.
//
//   bus call SERVICE PATH INTERFACE METHOD [SIGNATURE ARGUMENT...]     prints the reply
//   bus emit PATH INTERFACE SIGNAL [SIGNATURE ARGUMENT...]
//   bus wait NAME...                                                   until every name has an owner
//   bus listen RULE [COUNT]                                            prints signals, COUNT or until the bus ends
//
// The bus is the one at $DBUS_SESSION_BUS_ADDRESS. Exit status: 0, 1 where the reply was an error, 2 for other mistakes.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dbus.h"

static int usage(void) {
    fprintf(stderr,
            "usage: bus call SERVICE PATH INTERFACE METHOD [SIGNATURE ARGUMENT...]\n"
            "       bus emit PATH INTERFACE SIGNAL [SIGNATURE ARGUMENT...]\n"
            "       bus wait NAME...\n"
            "       bus listen RULE [COUNT]\n");
    exit(2);
}

static void check(bool is_good, const char *what, const char *text) {
    if (is_good) return;
    fprintf(stderr, "bus: not %s: %s\n", what, text);
    exit(2);
}

// Words: a signature, and what belongs to it.
static void set_body(struct dbus_message *message, char **words) {
    if (*words == NULL) return;
    struct dbus_writer body = {0};
    message->signature = *words++;
    check(dbus_is_signature(message->signature), "a signature", message->signature);
    for (const char *type = message->signature; *type != '\0'; type = dbus_type_end(type))
        check(dbus_append_words(&body, type, &words), "arguments for", type);
    check(*words == NULL, "expected", *words);
    message->body = message->storage = body.bytes;
    message->body_size = (uint32_t)body.size;
}

static int call(struct dbus *bus, char **words) {
    struct dbus_message reply, call = {.type = DBUS_CALL,
                                       .destination = words[0],
                                       .path = words[1],
                                       .interface = words[2],
                                       .member = words[3]};
    check(dbus_is_bus_name(call.destination), "a bus name", call.destination);
    check(dbus_is_path(call.path), "a path", call.path);
    check(dbus_is_interface(call.interface), "an interface", call.interface);
    check(dbus_is_member(call.member), "a method", call.member);
    set_body(&call, words + 4);
    dbus_call(bus, &call, &reply);
    int status = reply.type == DBUS_ERROR;
    if (status != 0)
        dbus_complain(&reply);
    else if (*reply.signature != '\0')
        dbus_print(stdout, &reply);
    dbus_message_free(&call);
    dbus_message_free(&reply);
    return status;
}

static int emit(struct dbus *bus, char **words) {
    struct dbus_message event = {.type = DBUS_SIGNAL,
                                 .flags = DBUS_NO_REPLY_EXPECTED,
                                 .path = words[0],
                                 .interface = words[1],
                                 .member = words[2]};
    check(dbus_is_path(event.path), "a path", event.path);
    check(dbus_is_interface(event.interface), "an interface", event.interface);
    check(dbus_is_member(event.member), "a signal", event.member);
    set_body(&event, words + 3);
    dbus_send(bus, &event);
    dbus_message_free(&event);
    return 0;
}

static bool has_owner(struct dbus *bus, const char *name) {
    struct dbus_message reply;
    bool result = false;
    dbus_call_bus(bus, &reply, "NameHasOwner", "s", name);
    bool is_answered = reply.type == DBUS_RETURN && dbus_read(&reply, "b", &result);
    if (!is_answered) dbus_complain(&reply);
    dbus_message_free(&reply);
    if (!is_answered) exit(1);
    return result;
}

// First the subscription, then the question: a name that appears between the two is not missed.
static int wait_for(struct dbus *bus, char **names) {
    dbus_add_match(bus, "type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged'");
    for (; *names != NULL; names++) {
        while (!has_owner(bus, *names)) {
            struct dbus_message message;
            if (!dbus_next(bus, &message)) return 1;
            dbus_message_free(&message);
        }
    }
    return 0;
}

static int listen_for(struct dbus *bus, const char *rule, const char *count_text) {
    long count = count_text != NULL ? atol(count_text) : -1;
    struct dbus_message message;
    setvbuf(stdout, NULL, _IOLBF, 0);
    dbus_add_match(bus, rule);
    dbus_own(bus, "org.example.Listener");  // so that others can wait until we listen
    while (count != 0 && dbus_next(bus, &message)) {
        // What the bus tells us alone (NameAcquired) was not asked for.
        if (message.type == DBUS_SIGNAL && message.destination == NULL) {
            printf("%s %s %s.%s ", message.sender, message.path, message.interface, message.member);
            dbus_print(stdout, &message);
            if (count > 0) count--;
        }
        dbus_message_free(&message);
    }
    return 0;
}

int main(int argc, char **argv) {
    const char *command = argc > 2 ? argv[1] : "";
    bool is_call = strcmp(command, "call") == 0 && argc >= 6,
         is_emit = strcmp(command, "emit") == 0 && argc >= 5;
    bool is_wait = strcmp(command, "wait") == 0, is_listen = strcmp(command, "listen") == 0 && argc <= 4;
    if (!is_call && !is_emit && !is_wait && !is_listen) return usage();
    struct dbus *bus = dbus_connect(NULL);
    if (bus == NULL) return 2;
    int status = is_call   ? call(bus, argv + 2)
                 : is_emit ? emit(bus, argv + 2)
                 : is_wait ? wait_for(bus, argv + 2)
                           : listen_for(bus, argv[2], argv[3]);
    dbus_close(bus);
    return status;
}
