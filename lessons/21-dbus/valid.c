// Names, paths and signatures ("Valid Names", "Type System"; the same limits everywhere: 255 bytes for a name).
#include <string.h>

#include "dbus.h"

enum { MOST_NAME = 255, MOST_DEPTH = 32 };

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// Elements with dots between them, two or more.
static bool is_dotted(const char *text, bool hyphens, bool leading_digits) {
    int dots = 0;
    size_t at = 0;
    bool starts = true;  // an element
    for (; text[at] != '\0'; at++) {
        char c = text[at];
        if (at == MOST_NAME) return false;
        if (c == '.') {
            if (starts) return false;
            dots++;
            starts = true;
            continue;
        }
        if (!is_letter(c) && !(hyphens && c == '-') && !(is_digit(c) && (leading_digits || !starts)))
            return false;
        starts = false;
    }
    return dots > 0 && !starts;
}

bool dbus_is_path(const char *text) {
    if (text == NULL || text[0] != '/') return false;
    if (text[1] == '\0') return true;
    for (size_t at = 1;; at++) {
        if (text[at] == '/' || text[at] == '\0') {
            if (text[at - 1] == '/') return false;  // an empty element, or a '/' at the end
            if (text[at] == '\0') return true;
        } else if (!is_letter(text[at]) && !is_digit(text[at])) {
            return false;
        }
    }
}

bool dbus_is_interface(const char *text) {
    return text != NULL && is_dotted(text, false, false);
}

bool dbus_is_member(const char *text) {
    if (text == NULL || !is_letter(text[0])) return false;
    size_t length = 1;
    while (is_letter(text[length]) || is_digit(text[length])) length++;
    return text[length] == '\0' && length <= MOST_NAME;
}

bool dbus_is_bus_name(const char *text) {
    if (text == NULL) return false;
    if (text[0] == ':') return strlen(text) <= MOST_NAME && is_dotted(text + 1, true, true);
    return is_dotted(text, true, false);
}

// "UTF-8": the shortest form only, no surrogates, nothing above U+10FFFF, no U+0000.
bool dbus_is_utf8(const char *text, size_t size) {
    const unsigned char *p = (const unsigned char *)text, *end = p + size;
    while (p < end) {
        unsigned char first = *p++;
        if (first == 0) return false;
        if (first < 0x80) continue;
        int more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
        if (first < 0xc2 || first > 0xf4 || end - p < more) return false;
        uint32_t c = first & (0x3fu >> more);
        for (int i = 0; i < more; i++, p++) {
            if ((*p & 0xc0) != 0x80) return false;
            c = c << 6 | (*p & 0x3fu);
        }
        if ((more == 2 && c < 0x800) || (more == 3 && c < 0x10000) || c > 0x10ffff) return false;
        if (c >= 0xd800 && c <= 0xdfff) return false;
    }
    return true;
}

// Arrays and structures each may be nested 32 deep.
static const char *type_end(const char *type, int arrays, int structures) {
    if (type[0] == '\0') return NULL;
    if (strchr("ybnqiuxtdsogvh", type[0]) != NULL) return type + 1;
    if (type[0] == 'a') {
        if (arrays == MOST_DEPTH) return NULL;
        if (type[1] != '{') return type_end(type + 1, arrays + 1, structures);
        // A dictionary: an array of pairs, whose first half is of a basic type.
        if (structures == MOST_DEPTH || type[2] == '\0' || strchr("ybnqiuxtdsogh", type[2]) == NULL)
            return NULL;
        const char *end = type_end(type + 3, arrays + 1, structures + 1);
        return end != NULL && *end == '}' ? end + 1 : NULL;
    }
    if (type[0] != '(' || type[1] == ')' || structures == MOST_DEPTH) return NULL;
    const char *member = type + 1;
    while (*member != ')') {
        member = type_end(member, arrays, structures + 1);
        if (member == NULL) return NULL;
    }
    return member + 1;
}

const char *dbus_type_end(const char *signature) {
    return type_end(signature, 0, 0);
}

bool dbus_is_signature(const char *text) {
    if (text == NULL || strlen(text) > MOST_NAME) return false;
    while (*text != '\0') {
        text = dbus_type_end(text);
        if (text == NULL) return false;
    }
    return true;
}
