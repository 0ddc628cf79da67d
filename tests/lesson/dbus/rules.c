/* Three connections to the bus at $DBUS_SESSION_BUS_ADDRESS do one thing after
   another; printed is what each of them gets to see. Whatever bus that is, it
   has to be the same. */
#include <stdlib.h>
#include <string.h>

#include "dbus.h"

enum { CONNECTIONS = 3 };
static struct dbus *buses[CONNECTIONS];
static uint32_t last_call; /* its serial number */

static void show(const struct dbus_message *message) {
    static const char *const types[] = {"?", "call", "return", "error", "signal"};
    printf("    %s from %s: %s%s", types[message->type], message->sender ? message->sender : "-",
           message->member ? message->member : "", message->error ? message->error : "");
    if (message->reply_serial != 0)
        printf(message->reply_serial == last_call ? " to the last call" : " to something");
    /* What an error says is each bus's own. */
    if (message->type != DBUS_ERROR)
        printf(" "), dbus_print(stdout, message);
    else
        printf("\n");
}

/* Until the bus has seen what was sent to it. */
static void wait_for_bus(int i) {
    struct dbus_message reply;
    dbus_call_bus(buses[i], &reply, "NameHasOwner", "s", ":1.0");
    dbus_message_free(&reply);
}

/* What has come so far: all that is before a message from oneself. */
static void show_all(void) {
    for (int i = 0; i < CONNECTIONS; i++)
        if (buses[i] != NULL) wait_for_bus(i);
    for (int i = 0; i < CONNECTIONS; i++) {
        if (buses[i] == NULL) continue;
        struct dbus_message message, mark = {.type = DBUS_SIGNAL,
                                             .path = "/",
                                             .interface = "rules.Mark",
                                             .member = "Mark",
                                             .destination = dbus_unique_name(buses[i])};
        int seen = 0;
        dbus_send(buses[i], &mark);
        while (dbus_next(buses[i], &message)) {
            bool is_mark = message.member != NULL && strcmp(message.member, "Mark") == 0;
            if (!is_mark && !seen++) printf("  %d sees\n", i);
            if (!is_mark) show(&message);
            dbus_message_free(&message);
            if (is_mark) break;
        }
    }
}

static void title(const char *text) {
    printf("%s\n", text);
}

static void end_reply(struct dbus_message *reply) {
    if (reply->type == DBUS_ERROR)
        printf("  error %s\n", reply->error);
    else
        printf("  "), dbus_print(stdout, reply);
    dbus_message_free(reply);
    show_all();
}

static void request(int i, const char *name, uint32_t flags) {
    struct dbus_message reply;
    printf("%d requests %s, flags %u\n", i, name, flags);
    dbus_call_bus(buses[i], &reply, "RequestName", "su", name, flags);
    end_reply(&reply);
    dbus_call_bus(buses[i], &reply, "ListQueuedOwners", "s", name);
    end_reply(&reply);
}

static void ask(int i, const char *member, const char *text) {
    struct dbus_message reply;
    printf("%d calls %s(%s)\n", i, member, text);
    dbus_call_bus(buses[i], &reply, member, "s", text);
    end_reply(&reply);
}

static uint32_t send_to(int i, const char *destination, uint8_t type, uint8_t flags, uint32_t reply_serial) {
    struct dbus_message message = {.type = type,
                                   .flags = flags,
                                   .destination = destination,
                                   .path = "/a",
                                   .interface = "rules.Test",
                                   .member = type == DBUS_RETURN ? NULL : "Member",
                                   .reply_serial = reply_serial,
                                   .sender = ":1.777"};
    if (type == DBUS_RETURN) message.path = message.interface = NULL;
    uint32_t serial = dbus_send(buses[i], &message);
    if (type == DBUS_CALL) last_call = serial;
    return serial;
}

static void open_connection(int i) {
    buses[i] = dbus_connect(NULL);
    if (buses[i] == NULL) exit(1);
}

static void close_connection(int i) {
    printf("%d leaves\n", i);
    dbus_close(buses[i]);
    buses[i] = NULL;
    /* Until the bus has noticed. */
    char name[8];
    snprintf(name, sizeof name, ":1.%d", i);
    for (;;) {
        struct dbus_message reply;
        bool is_there = false;
        dbus_call_bus(buses[0], &reply, "NameHasOwner", "s", name);
        if (!dbus_read(&reply, "b", &is_there)) exit(1);
        dbus_message_free(&reply);
        if (!is_there) break;
    }
    show_all();
}

static void names(void) {
    static const uint32_t flags[] = {0, 1, 2, 3, 4, 5, 6, 7};
    for (int first = 0; first < 8; first++) {
        for (int second = 0; second < 8; second++) {
            printf("-- %u then %u\n", flags[first], flags[second]);
            request(1, "rules.Name", flags[first]);
            request(2, "rules.Name", flags[second]);
            request(0, "rules.Name", 0);
            request(0, "rules.Name", 2);
            request(2, "rules.Name", 3);
            ask(0, "GetNameOwner", "rules.Name");
            for (int i = 0; i < CONNECTIONS; i++) ask(i, "ReleaseName", "rules.Name");
            ask(0, "GetNameOwner", "rules.Name");
        }
    }
    ask(0, "ReleaseName", "rules.Name");
    request(0, "rules.Name", 0);
    ask(1, "ReleaseName", "rules.Name");
    ask(0, "ReleaseName", "rules.Name");
    request(0, ":1.0", 0);
    request(0, "org.freedesktop.DBus", 0);
    request(0, "rules", 0);
}

static void calls(void) {
    title("a call and two replies");
    uint32_t serial = send_to(0, ":1.1", DBUS_CALL, 0, 0);
    show_all();
    send_to(1, ":1.0", DBUS_RETURN, 0, serial);
    send_to(1, ":1.0", DBUS_RETURN, 0, serial);
    show_all();
    title("a reply that nobody asked for, and one from somebody else");
    serial = send_to(0, ":1.1", DBUS_CALL, 0, 0);
    send_to(1, ":1.0", DBUS_RETURN, 0, serial + 1000);
    show_all();
    send_to(2, ":1.0", DBUS_RETURN, 0, serial);
    show_all();
    title("a call that wants no reply, and a reply to it");
    serial = send_to(0, ":1.1", DBUS_CALL, DBUS_NO_REPLY_EXPECTED, 0);
    show_all();
    send_to(1, ":1.0", DBUS_RETURN, 0, serial);
    show_all();
    title("calls to names without an owner");
    send_to(0, "rules.Nobody", DBUS_CALL, 0, 0);
    show_all();
    send_to(0, "rules.Nobody", DBUS_CALL, DBUS_NO_AUTO_START, 0);
    show_all();
    send_to(0, ":1.99", DBUS_CALL, 0, 0);
    show_all();
    send_to(0, "rules.Nobody", DBUS_CALL, DBUS_NO_REPLY_EXPECTED, 0);
    show_all();
    send_to(0, "rules.Nobody", DBUS_SIGNAL, DBUS_NO_REPLY_EXPECTED, 0);
    show_all();
    send_to(0, "rules.Nobody", DBUS_RETURN, 0, 1);
    show_all();
    title("a signal to one, and to all");
    send_to(0, ":1.1", DBUS_SIGNAL, DBUS_NO_REPLY_EXPECTED, 0);
    show_all();
    send_to(0, NULL, DBUS_SIGNAL, DBUS_NO_REPLY_EXPECTED, 0);
    show_all();
    title("a call to the bus without a destination");
    struct dbus_message reply,
        ping = {.type = DBUS_CALL, .path = "/x", .interface = "org.freedesktop.DBus.Peer", .member = "Ping"};
    dbus_call(buses[0], &ping, &reply);
    end_reply(&reply);
}

static void matches(void) {
    static const char *const rules[] = {"type='signal',interface='rules.Test'",
                                        "sender='rules.Sender',path='/a'",
                                        "sender=':1.1'",
                                        "sender='rules.Other'",
                                        "member='Member',path_namespace='/'",
                                        "type='method_call'",
                                        "destination=':1.2'",
                                        "type='signal',member='Other'"};
    request(1, "rules.Sender", 0);
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        ask(2, "AddMatch", rules[i]);
        ask(2, "AddMatch", rules[i]);
        send_to(1, NULL, DBUS_SIGNAL, DBUS_NO_REPLY_EXPECTED, 0);
        send_to(1, ":1.0", DBUS_SIGNAL, DBUS_NO_REPLY_EXPECTED, 0);
        show_all();
        ask(2, "RemoveMatch", rules[i]);
        send_to(1, NULL, DBUS_SIGNAL, DBUS_NO_REPLY_EXPECTED, 0);
        show_all();
        ask(2, "RemoveMatch", rules[i]);
        ask(2, "RemoveMatch", rules[i]);
    }
}

/* A monitor sees what goes between others, and what the bus says to them. */
static void monitor(const char *rule) {
    struct dbus_message reply, message = {0};
    struct dbus *monitor = dbus_connect(NULL);
    printf("a monitor of %s\n", *rule == '\0' ? "everything" : rule);
    if (monitor == NULL) exit(1);
    struct dbus_message call = {.type = DBUS_CALL,
                                .destination = "org.freedesktop.DBus",
                                .path = "/org/freedesktop/DBus",
                                .interface = "org.freedesktop.DBus.Monitoring",
                                .member = "BecomeMonitor",
                                .signature = "asu"};
    struct dbus_writer body = {0};
    if (*rule != '\0')
        dbus_append(&body, "asu", 1, rule, 0u);
    else
        dbus_append(&body, "asu", 0, 0u);
    call.body = body.bytes;
    call.body_size = (uint32_t)body.size;
    dbus_call(monitor, &call, &reply);
    free(body.bytes);
    end_reply(&reply);
    request(0, "rules.Watched", 0);
    uint32_t serial = send_to(0, ":1.1", DBUS_CALL, 0, 0);
    send_to(0, "rules.Nobody", DBUS_CALL, 0, 0);
    wait_for_bus(0);
    send_to(1, ":1.0", DBUS_RETURN, 0, serial);
    wait_for_bus(1);
    ask(0, "ReleaseName", "rules.Watched");
    dbus_emit(buses[0], "/", "rules.Mark", "End", "");
    title("it sees");
    while (dbus_next(monitor, &message) && (message.member == NULL || strcmp(message.member, "End") != 0)) {
        show(&message);
        dbus_message_free(&message);
    }
    dbus_message_free(&message);
    dbus_close(monitor);
}

int main(void) {
    for (int i = 0; i < CONNECTIONS; i++) open_connection(i);
    show_all();
    names();
    title("and now 0 watches");
    ask(0, "AddMatch", "type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged'");
    names();
    calls();
    matches();
    title("who leaves gives up his names, and owes nothing");
    request(2, "rules.A", 0);
    request(2, "rules.B", 0);
    request(1, "rules.B", 0);
    send_to(0, "rules.A", DBUS_CALL, 0, 0);
    wait_for_bus(0);
    close_connection(2);
    send_to(0, "rules.A", DBUS_CALL, 0, 0);
    show_all();
    monitor("");
    monitor("interface='rules.Mark'");
    monitor("type='signal'");
    close_connection(1);
    dbus_close(buses[0]);
    return 0;
}
