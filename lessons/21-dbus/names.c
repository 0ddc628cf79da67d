// Names and their owners ("Message Bus Names"). A unique name belongs to one connection and is never used again; for a
// well-known one there is a queue, whose first is its owner.
#include <stdlib.h>
#include <string.h>

#include "broker.h"

enum { ALLOW_REPLACEMENT = 1, REPLACE_EXISTING = 2, DO_NOT_QUEUE = 4 };
enum { PRIMARY_OWNER = 1, IN_QUEUE, EXISTS, ALREADY_OWNER };
enum { RELEASED = 1, NON_EXISTENT, NOT_OWNER };

struct name *names;

struct name *find_name(const char *text) {
    struct name *name = names;
    while (name != NULL && strcmp(name->text, text) != 0) name = name->next;
    return name;
}

struct client *owner_of(const char *text) {
    if (text[0] == ':') {
        struct client *client = clients;
        while (client != NULL && (client->is_monitor || strcmp(client->name, text) != 0))
            client = client->next;
        return client;
    }
    struct name *name = find_name(text);
    return name != NULL ? name->first->client : NULL;
}

static void tell(struct client *client, const char *member, const char *name) {
    struct dbus_writer body = {0};
    dbus_append(&body, "s", name);
    struct dbus_message message = {.type = DBUS_SIGNAL,
                                   .path = BUS_PATH,
                                   .interface = BUS_NAME,
                                   .member = member,
                                   .signature = "s",
                                   .body = body.bytes,
                                   .body_size = (uint32_t)body.size};
    send_from_bus(client, &message);
    free(body.bytes);
}

void announce(const char *name, struct client *from, struct client *to) {
    struct dbus_writer body = {0};
    if (from != NULL) tell(from, "NameLost", name);
    dbus_append(&body, "sss", name, from != NULL ? from->name : "", to != NULL ? to->name : "");
    struct dbus_message message = {.type = DBUS_SIGNAL,
                                   .flags = DBUS_NO_REPLY_EXPECTED,
                                   .path = BUS_PATH,
                                   .interface = BUS_NAME,
                                   .member = "NameOwnerChanged",
                                   .signature = "sss",
                                   .body = body.bytes,
                                   .body_size = (uint32_t)body.size};
    broadcast_from_bus(&message);
    free(body.bytes);
    if (to != NULL) tell(to, "NameAcquired", name);
}

// Takes the client out of the queue. NULL where it is not in it.
static struct owner *take_owner(struct name *name, const struct client *client) {
    struct owner **place = &name->first;
    while (*place != NULL && (*place)->client != client) place = &(*place)->next;
    struct owner *owner = *place;
    if (owner != NULL) *place = owner->next;
    return owner;
}

static void free_owner(struct owner *owner) {
    if (owner == NULL) return;
    owner->client->name_count--;
    free(owner);
}

static void insert(struct owner **place, struct owner *owner) {
    owner->next = *place;
    *place = owner;
}

static struct name *add_name(const char *text) {
    struct name *name = dbus_must(calloc(1, sizeof *name));
    name->text = dbus_must(strdup(text));
    name->next = names;
    names = name;
    return name;
}

static void free_name_without_owner(struct name *name) {
    if (name->first != NULL) return;
    struct name **place = &names;
    while (*place != name) place = &(*place)->next;
    *place = name->next;
    free(name->text);
    free(name);
}

uint32_t request_name(struct client *client, const char *text, uint32_t flags) {
    struct name *name = find_name(text);
    if (name == NULL) name = add_name(text);
    struct owner *first = name->first;
    if (first != NULL && first->client == client) {
        first->flags = flags;
        return ALREADY_OWNER;
    }
    bool replaces = first != NULL && (first->flags & ALLOW_REPLACEMENT) && (flags & REPLACE_EXISTING);
    struct owner *owner = take_owner(name, client);
    if (first != NULL && !replaces && (flags & DO_NOT_QUEUE)) {
        free_owner(owner);
        return EXISTS;
    }
    if (owner == NULL) {
        owner = dbus_must(calloc(1, sizeof *owner));
        owner->client = client;
        client->name_count++;
    }
    owner->flags = flags;
    if (first == NULL || replaces) {
        insert(&name->first, owner);
        struct client *before = first != NULL ? first->client : NULL;
        // Whoever was replaced is the next, unless he did not want to wait.
        if (first != NULL && (first->flags & DO_NOT_QUEUE)) free_owner(take_owner(name, before));
        announce(text, before, client);
        return PRIMARY_OWNER;
    }
    // Who would replace the owner but may not waits before those who would not.
    struct owner **place = &first->next;
    while (!(flags & REPLACE_EXISTING) && *place != NULL) place = &(*place)->next;
    insert(place, owner);
    return IN_QUEUE;
}

uint32_t release_name(struct client *client, const char *text) {
    struct name *name = find_name(text);
    if (name == NULL) return NON_EXISTENT;
    bool was_owner = name->first->client == client;
    struct owner *owner = take_owner(name, client);
    if (owner == NULL) return NOT_OWNER;
    free_owner(owner);
    struct client *next = name->first != NULL ? name->first->client : NULL;
    free_name_without_owner(name);
    if (was_owner) announce(text, client, next);
    return RELEASED;
}

static struct name *find_name_of(const struct client *client) {
    for (struct name *name = names; name != NULL; name = name->next)
        for (const struct owner *owner = name->first; owner != NULL; owner = owner->next)
            if (owner->client == client) return name;
    return NULL;
}

// Of a connection that ends, or becomes a monitor: the unique name last.
void release_all_names(struct client *client) {
    for (struct name *name; (name = find_name_of(client)) != NULL;) {
        char *text = dbus_must(strdup(name->text));
        release_name(client, text);
        free(text);
    }
    if (client->name[0] != '\0' && !client->is_monitor) announce(client->name, client, NULL);
}
