// Values as words on a command line and on the screen, as busctl(1) has them.
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dbus.h"

// ==== Reading words ====

static bool append_number_word(struct dbus_writer *writer, char type, const char *word) {
    char *rest;
    errno = 0;
    if (type == 'd') {
        dbus_append(writer, "d", strtod(word, &rest));
        return *word != '\0' && *rest == '\0';
    }
    bool is_signed = strchr("nix", type) != NULL;
    uint64_t value = is_signed ? (uint64_t)strtoll(word, &rest, 0) : strtoull(word, &rest, 0);
    size_t bytes = type == 'y' ? 1 : dbus_alignment(type);
    uint64_t most = bytes == 8 ? UINT64_MAX : (1ull << 8 * bytes) - 1;
    if (*word == '\0' || *rest != '\0' || errno != 0 || (!is_signed && *word == '-')) return false;
    if (is_signed && bytes < 8 && value + (most / 2 + 1) > most) return false;
    if (!is_signed && value > most) return false;
    dbus_put_number(writer, bytes, value);
    return true;
}

static bool is_one_of(const char *word, const char *const *words) {
    for (; *words != NULL; words++)
        if (strcmp(word, *words) == 0) return true;
    return false;
}

bool dbus_append_words(struct dbus_writer *writer, const char *type, char ***words) {
    static const char *const yes[] = {"true", "yes", "1", "on", NULL}, *const no[] = {"false", "no", "0",
                                                                                      "off", NULL};
    if (writer->order == 0) writer->order = 'l';
    if (*type == '(' || *type == '{') {
        dbus_put_padding(writer, 8);
        for (const char *member = type + 1; *member != ')' && *member != '}'; member = dbus_type_end(member))
            if (!dbus_append_words(writer, member, words)) return false;
        return true;
    }
    const char *word = **words;
    if (word == NULL) return false;
    ++*words;
    switch (*type) {
        case 'b':
            dbus_put_number(writer, 4, is_one_of(word, yes));
            return is_one_of(word, yes) || is_one_of(word, no);
        case 's': dbus_put_string(writer, word); return dbus_is_utf8(word, strlen(word));
        case 'o': dbus_put_string(writer, word); return dbus_is_path(word);
        case 'g': dbus_put_signature(writer, word); return dbus_is_signature(word);
        case 'v':
            if (!dbus_is_signature(word) || *word == '\0' || *dbus_type_end(word) != '\0') return false;
            dbus_put_signature(writer, word);
            return dbus_append_words(writer, word, words);
        case 'a': {
            char *rest;
            unsigned long count = strtoul(word, &rest, 10);
            if (*word < '0' || *word > '9' || *rest != '\0') return false;
            size_t place = dbus_begin_array(writer, type[1]);
            for (; count > 0; count--)
                if (!dbus_append_words(writer, type + 1, words)) return false;
            dbus_end_array(writer, place, type[1]);
            return true;
        }
        default: return append_number_word(writer, *type, word);
    }
}

// ==== Printing ====

static void print_string(FILE *out, const char *text) {
    static const char from[] = "\a\b\f\n\r\t\v\\\"'", to[] = "abfnrtv\\\"'";
    fputc('"', out);
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        const char *place = strchr(from, c);
        if (place != NULL)
            fprintf(out, "\\%c", to[place - from]);
        else if (c < 32 || c >= 127)
            fprintf(out, "\\%03o", c);
        else
            fputc(c, out);
    }
    fputc('"', out);
}

static const char *print_one(FILE *out, struct dbus_reader *reader, const char *type) {
    const char *text = "";
    uint64_t number = 0;
    if (strchr("ybnqiuxtdh", *type) != NULL) {
        dbus_get_number(reader, dbus_alignment(*type), &number);
        double real;
        memcpy(&real, &number, sizeof real);
        switch (*type) {
            case 'b': fputs(number ? " true" : " false", out); break;
            case 'n': fprintf(out, " %d", (int16_t)number); break;
            case 'i': fprintf(out, " %d", (int32_t)number); break;
            case 'x': fprintf(out, " %lld", (long long)number); break;
            case 'd': fprintf(out, " %g", real); break;
            default: fprintf(out, " %llu", (unsigned long long)number);
        }
        return type + 1;
    }
    if (*type == 'a') {
        size_t end = 0, count = 0;
        dbus_get_array(reader, type[1], &end);
        for (struct dbus_reader ahead = *reader; ahead.at < end; count++) dbus_skip(&ahead, type + 1);
        fprintf(out, " %zu", count);
        while (reader->at < end) print_one(out, reader, type + 1);
        return dbus_type_end(type);
    }
    if (*type == '(' || *type == '{') {
        dbus_get_padding(reader, 8);
        for (type++; *type != ')' && *type != '}';) type = print_one(out, reader, type);
        return type + 1;
    }
    fputc(' ', out);
    if (*type == 'v') {
        dbus_get_variant(reader, &text);
        fputs(text, out);
        print_one(out, reader, text);
        return type + 1;
    }
    if (*type == 'g')
        dbus_get_signature(reader, &text);
    else
        dbus_get_string(reader, &text);
    print_string(out, text);
    return type + 1;
}

void dbus_print(FILE *out, const struct dbus_message *message) {
    struct dbus_reader reader = dbus_body(message);
    fputs(message->signature, out);
    for (const char *type = message->signature; *type != '\0';) type = print_one(out, &reader, type);
    fputc('\n', out);
}
