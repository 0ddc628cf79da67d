// Whole messages ("Message Protocol"): a header of fixed size, fields, and the body.
#include <stdlib.h>
#include <string.h>

#include "dbus.h"

// The codes of the header fields.
enum { PATH = 1, INTERFACE, MEMBER, ERROR_NAME, REPLY_SERIAL, DESTINATION, SENDER, SIGNATURE, UNIX_FDS };

struct dbus_reader dbus_body(const struct dbus_message *message) {
    return (struct dbus_reader){.bytes = message->body, .size = message->body_size, .order = message->order};
}

bool dbus_read(const struct dbus_message *message, const char *signature, ...) {
    if (strcmp(message->signature, signature) != 0) return false;
    struct dbus_reader reader = dbus_body(message);
    bool is_good = true;
    va_list out;
    va_start(out, signature);
    for (; *signature != '\0' && is_good; signature++) {
        uint64_t number;
        if (*signature == 's' || *signature == 'o') {
            is_good = dbus_get_string(&reader, va_arg(out, const char **));
        } else if (*signature == 'b' && (is_good = dbus_get_number(&reader, 4, &number))) {
            *va_arg(out, bool *) = number != 0;
        } else if (*signature == 'u' && (is_good = dbus_get_number(&reader, 4, &number))) {
            *va_arg(out, uint32_t *) = (uint32_t)number;
        } else {
            is_good = false;
        }
    }
    va_end(out);
    return is_good;
}

uint32_t dbus_message_size(const uint8_t *header, uint32_t most) {
    struct dbus_reader reader = {
        .bytes = header, .size = DBUS_FIXED_HEADER, .at = 4, .order = (char)header[0]};
    uint64_t body, serial, fields;
    if ((header[0] != 'l' && header[0] != 'B') || header[1] == 0 || header[3] != 1) return 0;
    dbus_get_number(&reader, 4, &body);
    dbus_get_number(&reader, 4, &serial);
    dbus_get_number(&reader, 4, &fields);
    uint64_t size = ((DBUS_FIXED_HEADER + fields + 7) & ~7ull) + body;
    return serial != 0 && size <= most ? (uint32_t)size : 0;
}

static bool decode_field(struct dbus_reader *reader, struct dbus_message *message) {
    uint64_t code, number;
    const char *type;
    if (!dbus_get_padding(reader, 8) || !dbus_get_number(reader, 1, &code) || code == 0 ||
        !dbus_get_variant(reader, &type))
        return false;
    const char **text = code == PATH          ? &message->path
                        : code == INTERFACE   ? &message->interface
                        : code == MEMBER      ? &message->member
                        : code == ERROR_NAME  ? &message->error
                        : code == DESTINATION ? &message->destination
                        : code == SENDER      ? &message->sender
                        : code == SIGNATURE   ? &message->signature
                                              : NULL;
    if (code == REPLY_SERIAL || code == UNIX_FDS) {
        if (strcmp(type, "u") != 0 || !dbus_get_number(reader, 4, &number)) return false;
        if (code == UNIX_FDS) return number == 0;  // none were agreed on
        if (number == 0 || message->reply_serial != 0) return false;
        message->reply_serial = (uint32_t)number;
        return true;
    }
    // "Header Fields": those that are not known must be ignored.
    if (text == NULL) return dbus_skip(reader, type);
    if (*text != NULL || strcmp(type, code == PATH ? "o" : code == SIGNATURE ? "g" : "s") != 0) return false;
    if (!(code == SIGNATURE ? dbus_get_signature(reader, text) : dbus_get_string(reader, text))) return false;
    switch (code) {
        case PATH: return dbus_is_path(*text);
        case MEMBER: return dbus_is_member(*text);
        case INTERFACE:
        case ERROR_NAME: return dbus_is_interface(*text);
        case DESTINATION:
        case SENDER: return dbus_is_bus_name(*text);
        default: return true;
    }
}

static bool has_required_fields(const struct dbus_message *message) {
    switch (message->type) {
        case DBUS_CALL: return message->path != NULL && message->member != NULL;
        case DBUS_SIGNAL:
            return message->path != NULL && message->interface != NULL && message->member != NULL;
        case DBUS_ERROR: return message->error != NULL && message->reply_serial != 0;
        case DBUS_RETURN: return message->reply_serial != 0;
        default: return true;  // "unknown types must be ignored"
    }
}

static bool decode(const uint8_t *bytes, uint32_t size, struct dbus_message *message) {
    struct dbus_reader reader = {.bytes = bytes, .size = size, .at = 4, .order = (char)bytes[0]};
    uint64_t body_size, serial;
    size_t end;
    message->order = (char)bytes[0];
    message->type = bytes[1];
    message->flags = bytes[2];
    if (!dbus_get_number(&reader, 4, &body_size) || !dbus_get_number(&reader, 4, &serial)) return false;
    message->serial = (uint32_t)serial;
    if (!dbus_get_array(&reader, '(', &end)) return false;
    // A field must not reach into the body.
    reader.size = end;
    while (reader.at < end)
        if (!decode_field(&reader, message)) return false;
    reader.size = size;
    if (!dbus_get_padding(&reader, 8) || size - reader.at != body_size || !has_required_fields(message))
        return false;
    message->body = bytes + reader.at;
    message->body_size = (uint32_t)body_size;
    if (message->signature == NULL) message->signature = "";
    reader = dbus_body(message);
    for (const char *type = message->signature; *type != '\0';) {
        if (!dbus_skip(&reader, type)) return false;
        type = dbus_type_end(type);
    }
    return reader.at == reader.size;
}

bool dbus_decode(const uint8_t *bytes, uint32_t size, struct dbus_message *message) {
    memset(message, 0, sizeof *message);
    if (size < DBUS_FIXED_HEADER || dbus_message_size(bytes, DBUS_MOST_BYTES) != size) return false;
    message->storage = memcpy(dbus_must(malloc(size)), bytes, size);
    if (decode(message->storage, size, message)) return true;
    dbus_message_free(message);
    return false;
}

static void put_field(struct dbus_writer *writer, int code, char type, const char *text, uint32_t number) {
    if (text == NULL && number == 0) return;
    const char signature[] = {type, '\0'};
    dbus_put_padding(writer, 8);
    dbus_put_number(writer, 1, (uint64_t)code);
    dbus_put_signature(writer, signature);
    if (type == 'u')
        dbus_put_number(writer, 4, number);
    else if (type == 'g')
        dbus_put_signature(writer, text);
    else
        dbus_put_string(writer, text);
}

uint8_t *dbus_encode(const struct dbus_message *message, uint32_t *size) {
    struct dbus_writer writer = {.order = message->order != 0 ? message->order : 'l'};
    const char *signature = message->signature;
    dbus_put_number(&writer, 1, (uint8_t)writer.order);
    dbus_put_number(&writer, 1, message->type);
    dbus_put_number(&writer, 1, message->flags);
    dbus_put_number(&writer, 1, 1);  // the protocol's version
    dbus_put_number(&writer, 4, message->body_size);
    dbus_put_number(&writer, 4, message->serial);
    size_t fields = dbus_begin_array(&writer, '(');
    put_field(&writer, PATH, 'o', message->path, 0);
    put_field(&writer, INTERFACE, 's', message->interface, 0);
    put_field(&writer, MEMBER, 's', message->member, 0);
    put_field(&writer, ERROR_NAME, 's', message->error, 0);
    put_field(&writer, REPLY_SERIAL, 'u', NULL, message->reply_serial);
    put_field(&writer, DESTINATION, 's', message->destination, 0);
    put_field(&writer, SENDER, 's', message->sender, 0);
    put_field(&writer, SIGNATURE, 'g', signature != NULL && *signature != '\0' ? signature : NULL, 0);
    dbus_end_array(&writer, fields, '(');
    dbus_put_padding(&writer, 8);
    if (message->body_size > 0) dbus_put_bytes(&writer, message->body, message->body_size);
    *size = (uint32_t)writer.size;
    return writer.bytes;
}

void dbus_message_free(struct dbus_message *message) {
    free(message->storage);
    memset(message, 0, sizeof *message);
}
