// Values as bytes ("Marshaling"). Every number stands at a multiple of its size, with zeros before.
#include "dbus.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_DEPTH = 64, MOST_ARRAY = 64 << 20 };
void *dbus_must(void *memory) {
    if (memory != NULL) return memory;
    fprintf(stderr, "dbus: no memory\n");
    exit(1);
}

size_t dbus_alignment(char type) {
    switch (type) {
        case 'n':
        case 'q': return 2;
        case 'b':
        case 'i':
        case 'u':
        case 'h':
        case 's':
        case 'o':
        case 'a': return 4;
        case 'x':
        case 't':
        case 'd':
        case '(':
        case '{': return 8;
        default: return 1;  // y, g, v
    }
}

static size_t aligned(size_t at, size_t alignment) {
    return (at + alignment - 1) & ~(alignment - 1);
}

// Also of a dictionary's entry, which is a type within an array only.
static const char *end_of(const char *type) {
    return dbus_type_end(*type == '{' ? type - 1 : type);
}

// ==== Writing ====

void dbus_put_bytes(struct dbus_writer *writer, const void *bytes, size_t size) {
    if (size == 0) return;
    if (writer->size + size > writer->room) {
        writer->room = 2 * (writer->size + size) + 64;
        writer->bytes = dbus_must(realloc(writer->bytes, writer->room));
    }
    memcpy(writer->bytes + writer->size, bytes, size);
    writer->size += size;
}

void dbus_put_padding(struct dbus_writer *writer, size_t alignment) {
    static const uint8_t zeros[8];
    dbus_put_bytes(writer, zeros, aligned(writer->size, alignment) - writer->size);
}

static void store(uint8_t *to, size_t bytes, uint64_t value, char order) {
    for (size_t i = 0; i < bytes; i++) to[order == 'B' ? bytes - 1 - i : i] = (uint8_t)(value >> 8 * i);
}

void dbus_put_number(struct dbus_writer *writer, size_t bytes, uint64_t value) {
    uint8_t stored[8];
    store(stored, bytes, value, writer->order);
    dbus_put_padding(writer, bytes);
    dbus_put_bytes(writer, stored, bytes);
}

void dbus_put_string(struct dbus_writer *writer, const char *text) {
    dbus_put_number(writer, 4, strlen(text));
    dbus_put_bytes(writer, text, strlen(text) + 1);
}

void dbus_put_signature(struct dbus_writer *writer, const char *text) {
    dbus_put_number(writer, 1, strlen(text));
    dbus_put_bytes(writer, text, strlen(text) + 1);
}

static void put_double(struct dbus_writer *writer, double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    dbus_put_number(writer, 8, bits);
}

// An array's length in bytes does not count the zeros before its first element.
size_t dbus_begin_array(struct dbus_writer *writer, char element) {
    if (writer->order == 0) writer->order = 'l';
    dbus_put_number(writer, 4, 0);
    size_t place = writer->size - 4;
    dbus_put_padding(writer, dbus_alignment(element));
    return place;
}

void dbus_end_array(struct dbus_writer *writer, size_t place, char element) {
    size_t start = aligned(place + 4, dbus_alignment(element));
    store(writer->bytes + place, 4, writer->size - start, writer->order);
}

static const char *append_one(struct dbus_writer *writer, const char *type,
                              struct dbus_arguments *arguments) {
    const char *end = end_of(type);
    switch (*type) {
        case 'y': dbus_put_number(writer, 1, (uint8_t)va_arg(arguments->list, int)); break;
        case 'b': dbus_put_number(writer, 4, va_arg(arguments->list, int) != 0); break;
        case 'n':
        case 'q': dbus_put_number(writer, 2, (uint16_t)va_arg(arguments->list, int)); break;
        case 'i':
        case 'u':
        case 'h': dbus_put_number(writer, 4, va_arg(arguments->list, uint32_t)); break;
        case 'x':
        case 't': dbus_put_number(writer, 8, va_arg(arguments->list, uint64_t)); break;
        case 'd': put_double(writer, va_arg(arguments->list, double)); break;
        case 's':
        case 'o': dbus_put_string(writer, va_arg(arguments->list, const char *)); break;
        case 'g': dbus_put_signature(writer, va_arg(arguments->list, const char *)); break;
        case 'v': {
            const char *inner = va_arg(arguments->list, const char *);
            dbus_put_signature(writer, inner);
            append_one(writer, inner, arguments);
            break;
        }
        case 'a': {
            int count = va_arg(arguments->list, int);
            size_t place = dbus_begin_array(writer, type[1]);
            for (int i = 0; i < count; i++) append_one(writer, type + 1, arguments);
            dbus_end_array(writer, place, type[1]);
            break;
        }
        default:  // ( or {
            dbus_put_padding(writer, 8);
            for (const char *member = type + 1; member < end - 1;)
                member = append_one(writer, member, arguments);
    }
    return end;
}

void dbus_append_arguments(struct dbus_writer *writer, const char *signature,
                           struct dbus_arguments *arguments) {
    if (writer->order == 0) writer->order = 'l';
    while (*signature != '\0') signature = append_one(writer, signature, arguments);
}

void dbus_append(struct dbus_writer *writer, const char *signature, ...) {
    struct dbus_arguments arguments;
    va_start(arguments.list, signature);
    dbus_append_arguments(writer, signature, &arguments);
    va_end(arguments.list);
}

// ==== Reading ====

bool dbus_get_padding(struct dbus_reader *reader, size_t alignment) {
    size_t to = aligned(reader->at, alignment);
    if (to > reader->size) return false;
    while (reader->at < to)
        if (reader->bytes[reader->at++] != 0) return false;
    return true;
}

bool dbus_get_number(struct dbus_reader *reader, size_t bytes, uint64_t *value) {
    if (!dbus_get_padding(reader, bytes) || reader->size - reader->at < bytes) return false;
    *value = 0;
    for (size_t i = 0; i < bytes; i++) {
        size_t place = reader->order == 'B' ? i : bytes - 1 - i;
        *value = *value << 8 | reader->bytes[reader->at + place];
    }
    reader->at += bytes;
    return true;
}

static bool get_text(struct dbus_reader *reader, size_t length_bytes, const char **text) {
    uint64_t length;
    if (!dbus_get_number(reader, length_bytes, &length) || reader->size - reader->at <= length) return false;
    *text = (const char *)reader->bytes + reader->at;
    reader->at += length + 1;
    return (*text)[length] == '\0' && memchr(*text, '\0', length) == NULL;
}

bool dbus_get_string(struct dbus_reader *reader, const char **text) {
    return get_text(reader, 4, text);
}

bool dbus_get_signature(struct dbus_reader *reader, const char **text) {
    return get_text(reader, 1, text) && dbus_is_signature(*text);
}

bool dbus_get_variant(struct dbus_reader *reader, const char **type) {
    return dbus_get_signature(reader, type) && **type != '\0' && *dbus_type_end(*type) == '\0';
}

// An array's length; the reader stands before its first element then. *end is where the array ends.
bool dbus_get_array(struct dbus_reader *reader, char element, size_t *end) {
    uint64_t length;
    if (!dbus_get_number(reader, 4, &length) || !dbus_get_padding(reader, dbus_alignment(element)))
        return false;
    *end = reader->at + length;
    return length <= MOST_ARRAY && *end <= reader->size;
}

// Returns the end of the type where the value that the reader stands before is of it and sound, else NULL.
static const char *check(struct dbus_reader *reader, const char *type, int depth) {
    const char *text, *end = type + 1;
    uint64_t number;
    bool is_good = false;
    if (depth > MOST_DEPTH) return NULL;
    switch (*type) {
        case 'y': is_good = dbus_get_number(reader, 1, &number); break;
        case 'b': is_good = dbus_get_number(reader, 4, &number) && number <= 1; break;
        case 's': is_good = dbus_get_string(reader, &text) && dbus_is_utf8(text, strlen(text)); break;
        case 'o': is_good = dbus_get_string(reader, &text) && dbus_is_path(text); break;
        case 'g': is_good = dbus_get_signature(reader, &text); break;
        case 'v': is_good = dbus_get_variant(reader, &text) && check(reader, text, depth + 1) != NULL; break;
        case 'a': {
            size_t stop;
            if (!dbus_get_array(reader, type[1], &stop)) return NULL;
            while (reader->at < stop)
                if (check(reader, type + 1, depth + 1) == NULL) return NULL;
            is_good = reader->at == stop;
            end = end_of(type);
            break;
        }
        case '(':
        case '{':
            if (!dbus_get_padding(reader, 8)) return NULL;
            while (*end != ')' && *end != '}') {
                end = check(reader, end, depth + 1);
                if (end == NULL) return NULL;
            }
            return end + 1;
        default: is_good = dbus_get_number(reader, dbus_alignment(*type), &number);
    }
    return is_good ? end : NULL;
}

bool dbus_skip(struct dbus_reader *reader, const char *type) {
    return check(reader, type, 0) != NULL;
}
