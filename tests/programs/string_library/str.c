#include "str.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void reserve(struct str *str, size_t more) {
    if (str->length + more + 1 <= str->room) return;
    while (str->length + more + 1 > str->room) str->room = str->room ? 2 * str->room : 8;
    str->text = realloc(str->text, str->room);
    if (!str->text) abort();
}

static void add_bytes(struct str *str, const char *bytes, size_t count) {
    reserve(str, count);
    memcpy(str->text + str->length, bytes, count);
    str->length += count;
    str->text[str->length] = '\0';
}

void str_add(struct str *str, const char *text) {
    add_bytes(str, text, strlen(text));
}

void str_addf(struct str *str, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int wanted = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    reserve(str, (size_t)wanted);
    va_start(arguments, format);
    vsnprintf(str->text + str->length, (size_t)wanted + 1, format, arguments);
    va_end(arguments);
    str->length += (size_t)wanted;
}

void str_free(struct str *str) {
    free(str->text);
    *str = (struct str)STR_INIT;
}

size_t str_split(const char *text, char separator, struct str parts[], size_t most) {
    size_t count = 0;
    while (count < most) {
        const char *end = strchr(text, separator);
        size_t length = end ? (size_t)(end - text) : strlen(text);
        parts[count] = (struct str)STR_INIT;
        add_bytes(&parts[count++], text, length);
        if (!end) break;
        text = end + 1;
    }
    return count;
}

void str_join(struct str *result, const struct str parts[], size_t count, const char *glue) {
    for (size_t i = 0; i < count; i++) {
        if (i > 0) str_add(result, glue);
        add_bytes(result, parts[i].text, parts[i].length);
    }
}

int str_replace(struct str *str, const char *from, const char *to) {
    struct str result = STR_INIT;
    int count = 0;
    const char *at = str->text;
    for (const char *found; (found = strstr(at, from)) != NULL; at = found + strlen(from), count++) {
        add_bytes(&result, at, (size_t)(found - at));
        str_add(&result, to);
    }
    str_add(&result, at);
    str_free(str);
    *str = result;
    return count;
}

void str_map(struct str *str, int (*change)(int)) {
    for (size_t i = 0; i < str->length; i++) str->text[i] = (char)change((unsigned char)str->text[i]);
}
