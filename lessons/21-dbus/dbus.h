// A small client library for D-Bus, and the wire format that it shares with the broker. Sections that are named in
// comments are those of the D-Bus Specification (https://dbus.freedesktop.org/doc/dbus-specification.html).
//
//   valid.c    which names, paths and signatures there may be
//   values.c   values as bytes: writing, reading, checking
//   message.c  messages as bytes
//   text.c     values as words on a command line
//   address.c  where a bus is
//   client.c   a connection to a bus: authentication, calls, signals
//   describe.c introspection data
//   service.c  an object that others call: methods and properties
//
// Left out: file descriptors in messages (type 'h' is a number without a meaning, and no UNIX_FDS header is accepted)
// and transports other than UNIX sockets. Memory that cannot be had ends the program with a message.
#ifndef DBUS_H
#define DBUS_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

// ==== valid.c ====

// "Valid Names". NULL is not valid.
bool dbus_is_path(const char *text);
bool dbus_is_interface(const char *text);  // names of errors have the same form
bool dbus_is_member(const char *text);
bool dbus_is_bus_name(const char *text);  // unique or well-known
bool dbus_is_utf8(const char *text, size_t size);

// "Type System". The end of the single complete type that begins at `signature`; NULL where there is none.
const char *dbus_type_end(const char *signature);
// Any number of complete types, at most 255 bytes of them.
bool dbus_is_signature(const char *text);

// ==== values.c ====

// Values that are written one behind the other. Bytes are counted from the start of the buffer, which must be aligned
// to 8 bytes in the message, as the body is.
struct dbus_writer {
    uint8_t *bytes;
    size_t size, room;
    char order;
};

// Arguments that are handed on.
struct dbus_arguments {
    va_list list;
};

// Appends values as the signature says: int for y, b, n, q and i, uint32_t for u, (u)int64_t for x and t, double for d,
// const char * for s, o and g; for a variant its signature and the value; for an array an int, the number of its
// elements, and then those.
void dbus_append(struct dbus_writer *writer, const char *signature, ...);
void dbus_append_arguments(struct dbus_writer *writer, const char *signature,
                           struct dbus_arguments *arguments);
// The parts of which they are made. Numbers have 1, 2, 4 or 8 bytes.
void dbus_put_bytes(struct dbus_writer *writer, const void *bytes, size_t size);
void dbus_put_padding(struct dbus_writer *writer, size_t alignment);
void dbus_put_number(struct dbus_writer *writer, size_t bytes, uint64_t value);
void dbus_put_string(struct dbus_writer *writer, const char *text);
void dbus_put_signature(struct dbus_writer *writer, const char *text);
size_t dbus_alignment(char type);  // of a type that begins with this letter
// Around the elements of an array, of which `element` is the type's first letter. What the first returns is for the last.
size_t dbus_begin_array(struct dbus_writer *writer, char element);
void dbus_end_array(struct dbus_writer *writer, size_t array, char element);
struct dbus_reader {
    const uint8_t *bytes;
    size_t size, at;
    char order;
};

// Values one by one. False where there is none of that form (in a message that was checked: a mistake of the reader).
bool dbus_get_number(struct dbus_reader *reader, size_t bytes, uint64_t *value);
bool dbus_get_string(struct dbus_reader *reader, const char **text);
bool dbus_get_signature(struct dbus_reader *reader, const char **text);
bool dbus_get_variant(struct dbus_reader *reader, const char **type);  // the value follows
// The reader stands before the first element then; *end is where the array ends.
bool dbus_get_array(struct dbus_reader *reader, char element, size_t *end);
bool dbus_get_padding(struct dbus_reader *reader, size_t alignment);
// Moves over a value of type `type` and checks it.
bool dbus_skip(struct dbus_reader *reader, const char *type);

void *dbus_must(void *memory);  // ends the program where there is no memory

// ==== message.c ====

enum dbus_type { DBUS_CALL = 1, DBUS_RETURN, DBUS_ERROR, DBUS_SIGNAL };
enum { DBUS_NO_REPLY_EXPECTED = 1, DBUS_NO_AUTO_START = 2 };   // flags of a message
enum { DBUS_FIXED_HEADER = 16, DBUS_MOST_BYTES = 128 << 20 };  // "Maximum message size"

struct dbus_message {
    char order;  // of its bytes: 'l' for little-endian, 'B' for big-endian
    uint8_t type, flags;
    uint32_t serial, reply_serial;  // 0: none
    // Header fields; NULL where there is none, but for the signature, which is "" then.
    const char *path, *interface, *member, *error, *destination, *sender, *signature;
    const uint8_t *body;
    uint32_t body_size;
    void *storage;  // what the message owns: see dbus_message_free()
};

// The size in bytes, as the first DBUS_FIXED_HEADER bytes of a message give it. 0: that is no message, or it has more
// than `most` bytes.
uint32_t dbus_message_size(const uint8_t *header, uint32_t most);
// Reads and checks a whole message, so that whatever is read from it later is there. False where it breaks a rule of
// the specification. The strings of the message point into a copy of the bytes.
bool dbus_decode(const uint8_t *bytes, uint32_t size, struct dbus_message *message);
// The message as bytes, for free(). Its names have to be valid.
uint8_t *dbus_encode(const struct dbus_message *message, uint32_t *size);
void dbus_message_free(struct dbus_message *message);

struct dbus_reader dbus_body(const struct dbus_message *message);
// Reads the whole body, of strings, paths (const char **), booleans (bool *) and uint32 (uint32_t *). False where the
// message's signature is another one.
bool dbus_read(const struct dbus_message *message, const char *signature, ...);

// ==== text.c ====

// Appends one value of type `type` as busctl(1) has it on its command line: words, beginning at *words, which is moved
// on. Arrays begin with their length, variants with their signature. False where the words don't fit the type.
bool dbus_append_words(struct dbus_writer *writer, const char *type, char ***words);
// Prints the body as `busctl call` does, and a new line.
void dbus_print(FILE *out, const struct dbus_message *message);

// ==== address.c ====

enum { DBUS_ID = 33 };  // "UUIDs": 32 digits, and a zero byte
// Which machine this is: GetMachineId's answer. False where it has no such file (machine-id(5)).
bool dbus_machine_id(char id[DBUS_ID]);
struct sockaddr_un;
// "Server Addresses": "unix:path=/tmp/bus", "unix:abstract=name", and other keys behind commas. False where it is of
// another kind.
bool dbus_socket_address(const char *address, struct sockaddr_un *socket_address, unsigned *size);

// ==== client.c ====

struct dbus;  // a connection to a bus

// Connects to the bus at `address`, or at $DBUS_SESSION_BUS_ADDRESS where that is NULL, and says Hello. NULL, with a
// message on standard error, where that fails.
struct dbus *dbus_connect(const char *address);
void dbus_close(struct dbus *bus);
const char *dbus_unique_name(const struct dbus *bus);

// Sends a message, with the next serial number, which is returned; 0 where the bus is gone.
uint32_t dbus_send(struct dbus *bus, struct dbus_message *message);
// The next message that came, waiting for it. False where the bus is gone. Calls of org.freedesktop.DBus.Peer are
// answered on the way.
bool dbus_next(struct dbus *bus, struct dbus_message *message);

// A call and its reply, which is a DBUS_RETURN or a DBUS_ERROR. What comes before it waits for dbus_next(). Where no
// reply comes within 25 seconds, or the bus is gone, the reply is an error that is made here.
void dbus_call(struct dbus *bus, struct dbus_message *call, struct dbus_message *reply);
// The same, with arguments as dbus_append() has them.
void dbus_invoke(struct dbus *bus, struct dbus_message *reply, const char *destination, const char *path,
                 const char *interface, const char *member, const char *signature, ...);
// A method of the bus itself.
void dbus_call_bus(struct dbus *bus, struct dbus_message *reply, const char *member, const char *signature,
                   ...);

void dbus_reply(struct dbus *bus, const struct dbus_message *call, const char *signature, ...);
void dbus_reply_error(struct dbus *bus, const struct dbus_message *call, const char *error, const char *text);
// The common names of errors, behind which only the last word differs.
#define DBUS_FAILURE(word) "org.freedesktop.DBus.Error." word
void dbus_emit(struct dbus *bus, const char *path, const char *interface, const char *member,
               const char *signature, ...);
// Subscribes to the signals that a match rule describes. Ends the program where the bus refuses.
void dbus_add_match(struct dbus *bus, const char *rule);
// Takes a name. Ends the program where somebody else has it.
void dbus_own(struct dbus *bus, const char *name);
// "NAME: what it says": what an error message has to say, on standard error.
void dbus_complain(const struct dbus_message *error);

// ==== describe.c and service.c ====

// What an object has to offer: rows of a table that ends with a row without a name.
struct dbus_member {
    enum { DBUS_METHOD = 1, DBUS_PROPERTY, DBUS_EVENT } kind;
    const char *name;
    const char *in,
        *out;  // signatures: of a method's arguments and results, of a property's value or a signal
    // A method answers the call with dbus_reply() or dbus_reply_error(); a property appends its value.
    void (*method)(struct dbus *bus, const struct dbus_message *call);
    void (*property)(struct dbus_writer *value);
};

// Writes an interface's member as introspection data has it; the head goes before the first interface.
extern const char dbus_introspection_head[];
void dbus_describe(FILE *xml, const struct dbus_member *member);

struct dbus_object {
    const char *path, *interface;
    const struct dbus_member *members;
};

// Answers a call: the object's own methods, and Introspectable and Properties. False where the message is no call.
bool dbus_serve(struct dbus *bus, const struct dbus_object *object, const struct dbus_message *call);

#endif
