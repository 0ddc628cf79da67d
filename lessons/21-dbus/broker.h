// The message bus ("Message Bus Specification"): everybody has one connection, to the broker, and it passes on what they
// say to each other.
//
//   broker.c   connections: accepting, authentication, bytes in and out
//   route.c    who gets a message; calls that wait for their reply
//   names.c    names and their owners
//   match.c    match rules
//   driver.c   org.freedesktop.DBus: what the bus itself can be asked
//
// Nothing that a client sends may stop the broker: what breaks a rule of the protocol ends that client's connection, and
// whatever can grow has a limit.
#ifndef BROKER_H
#define BROKER_H

#include <sys/types.h>

#include "dbus.h"

#define BUS_NAME "org.freedesktop.DBus"
#define BUS_PATH "/org/freedesktop/DBus"

enum {
    MOST_CLIENTS = 128,
    MOST_STRANGERS = 16,     // of these, not authenticated
    MOST_LINE = 512,         // bytes of a line of the authentication
    MOST_MESSAGE = 1 << 20,  // bytes
    MOST_QUEUED = 2 << 20,   // bytes that wait for a client that doesn't read
    MOST_RULES = 512,        // per client, as of the next two
    MOST_NAMES = 64,
    MOST_CALLS = 128,  // that wait for a reply
    MOST_RULE = 1024,  // bytes of a match rule
};

struct rule;

struct client {
    struct client *next;
    int fd;
    // "Authentication state diagrams", the server's side, and what comes before and after.
    enum { WAITING_FOR_ZERO, WAITING_FOR_AUTH, WAITING_FOR_DATA, WAITING_FOR_BEGIN, AUTHENTICATED } state;
    bool is_dead;     // to be disconnected
    bool is_monitor;  // only listens
    char name[24];    // unique; "" before Hello
    uid_t user;
    pid_t process;
    uint8_t *in, *out;  // bytes that are not a whole message yet; bytes that were not sent yet
    size_t in_size, in_room, out_size, out_room;
    uint32_t serial;  // of the bus's last message to it
    struct rule *rules;
    int rule_count, name_count, call_count;
};

extern struct client *clients;  // in the order in which they came
extern char bus_id[DBUS_ID];

// broker.c
void queue_bytes(struct client *client, const uint8_t *bytes, size_t size);
bool is_clogged(const struct client *client);  // it has to read first

// route.c
void route(struct client *from, struct dbus_message *message);
void send_from_bus(struct client *to,
                   struct dbus_message *message);       // sets the sender, destination and serial
void broadcast_from_bus(struct dbus_message *message);  // sets the sender and a serial
void reply(struct client *to, const struct dbus_message *call, const char *signature, ...);
void reply_body(struct client *to, const struct dbus_message *call, const char *signature,
                const struct dbus_writer *body);
void reply_error(struct client *to, const struct dbus_message *call, const char *error, const char *text);
void forget_calls(struct client *client);  // those that it made, and those that it will not answer

// names.c
struct owner {
    struct client *client;
    uint32_t flags;
    struct owner *next;  // in the queue
};
struct name {
    char *text;
    struct owner *first;  // the primary owner
    struct name *next;
};
extern struct name *names;
struct client *owner_of(const char *name);  // unique or well-known; NULL: nobody
struct name *find_name(const char *name);   // well-known
uint32_t request_name(struct client *client, const char *name, uint32_t flags);
uint32_t release_name(struct client *client, const char *name);
void release_all_names(struct client *client);
// Tells everybody, NameOwnerChanged, and the two whom it concerns. NULL: nobody.
void announce(const char *name, struct client *from, struct client *to);

// match.c
struct rule *parse_rule(const char *text);  // NULL: not a rule
void free_rule(struct rule *rule);
bool is_eavesdropping(const struct rule *rule);  // it asks for messages that are for others
void add_rule(struct client *client, struct rule *rule);
bool remove_rule(struct client *client, const struct rule *equal);
void remove_all_rules(struct client *client);
// Whether one of the client's rules describes the message, which `from` sent; NULL is the bus.
bool has_match(const struct client *client, const struct client *from, const struct dbus_message *message);

// driver.c
void call_bus(struct client *from, const struct dbus_message *call);

#endif
