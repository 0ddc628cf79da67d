// scanf() itself (scanf(3)): directives matched against a stream, one byte ahead.
#include <bits/file.h>
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>

enum { LONGEST_NUMBER = 512 };

struct scan {
    FILE* stream;
    long taken;  ///< bytes read so far, for %n
    int assigned;
};

struct directive {
    int suppress, allocate;
    long width;   ///< LONG_MAX where none is given
    char length;  ///< 'H' for hh, 'h', 'l', 'L' or 0
    char conversion;
    void* target;
};

static int next(struct scan* scan) {
    FILE* stream = scan->stream;
    int c = stream->read_pos < stream->read_end ? *stream->read_pos++ : __stdio_get(stream);
    if (c != EOF) scan->taken++;
    return c;
}

/// Gives back the byte that next() returned last.
static void back(struct scan* scan, int c) {
    if (c == EOF) return;
    scan->stream->read_pos--;
    scan->taken--;
}

static int skip_space(struct scan* scan) {
    int c;
    do c = next(scan);
    while (isspace(c));
    back(scan, c);
    return c;
}

static int digit_value(int c) {
    if (c >= '0' && c <= '9') return c - '0';
    c |= 32;
    return c >= 'a' && c <= 'z' ? c - 'a' + 10 : 99;
}

/// Takes the bytes that can belong to an integer of this base; 0 where there are none.
static int read_integer(struct scan* scan, long width, int base, char* text) {
    long length = 0;
    int c = next(scan), any = 0;
    if (width > LONGEST_NUMBER - 1) width = LONGEST_NUMBER - 1;
    if (length < width && (c == '+' || c == '-')) {
        text[length++] = (char)c;
        c = next(scan);
    }
    if (length < width && c == '0') {
        text[length++] = (char)c;
        any = 1;
        c = next(scan);
        if (length < width && (c | 32) == 'x' && (base == 0 || base == 16)) {
            text[length++] = (char)c;
            c = next(scan);
            base = 16;
        } else if (base == 0) {
            base = 8;
        }
    }
    if (base == 0) base = 10;
    for (; length < width && c != EOF && digit_value(c) < base; c = next(scan)) {
        text[length++] = (char)c;
        any = 1;
    }
    back(scan, c);
    text[length] = 0;
    return any;
}

/// Takes `word` in either case as far as it goes; 1 where all of it was there.
static int read_word(struct scan* scan, const char* word, long* length, long width, char* text, int* c) {
    for (; *word; word++) {
        if (*length >= width || (*c | 32) != *word) return 0;
        text[(*length)++] = (char)*c;
        *c = next(scan);
    }
    return 1;
}

/// The same for a floating-point number.
static int read_real(struct scan* scan, long width, char* text) {
    long length = 0;
    int c = next(scan), digits = 0, hexadecimal = 0, point = 0, result;
    if (width > LONGEST_NUMBER - 1) width = LONGEST_NUMBER - 1;
    if (length < width && (c == '+' || c == '-')) {
        text[length++] = (char)c;
        c = next(scan);
    }
    if (length < width && (c | 32) == 'n') {
        result = read_word(scan, "nan", &length, width, text, &c);
    } else if (length < width && (c | 32) == 'i') {
        result = read_word(scan, "inf", &length, width, text, &c);
        if (result && length < width && (c | 32) == 'i')
            result = read_word(scan, "inity", &length, width, text, &c);
    } else {
        if (length < width && c == '0') {
            text[length++] = (char)c;
            digits = 1;
            c = next(scan);
            if (length < width && (c | 32) == 'x') {
                text[length++] = (char)c;
                c = next(scan);
                hexadecimal = 1;
                digits = 0;
            }
        }
        for (; length < width; c = next(scan)) {
            if (c == '.' && !point)
                point = 1;
            else if (c != EOF && digit_value(c) < (hexadecimal ? 16 : 10))
                digits = 1;
            else
                break;
            text[length++] = (char)c;
        }
        // glibc takes "0x." and an exponent without digits
        result = digits || (hexadecimal && point);
        if (digits && length < width && (c | 32) == (hexadecimal ? 'p' : 'e')) {
            text[length++] = (char)c;
            c = next(scan);
            if (length < width && (c == '+' || c == '-')) {
                text[length++] = (char)c;
                c = next(scan);
            }
            for (; length < width && isdigit(c); c = next(scan)) text[length++] = (char)c;
        }
    }
    back(scan, c);
    text[length] = 0;
    return result;
}

static void store_integer(const struct directive* directive, long value) {
    if (directive->length == 'H')
        *(char*)directive->target = (char)value;
    else if (directive->length == 'h')
        *(short*)directive->target = (short)value;
    else if (directive->length == 'l' || directive->length == 'L')
        *(long*)directive->target = value;
    else
        *(int*)directive->target = (int)value;
}

static int scan_integer(struct scan* scan, const struct directive* directive) {
    char text[LONGEST_NUMBER];
    int base = 10;
    switch (directive->conversion) {
        case 'i':
            base = 0;
            break;
        case 'o':
            base = 8;
            break;
        case 'x':
        case 'X':
        case 'p':
            base = 16;
    }
    if (directive->conversion == 'p') {
        int c = next(scan);
        if (c == '(') {
            for (const char* rest = "nil)"; *rest; rest++)
                if ((c = next(scan)) != *rest) {
                    back(scan, c);
                    return 0;
                }
            if (!directive->suppress) *(void**)directive->target = 0;
            return 1;
        }
        back(scan, c);
    }
    if (!read_integer(scan, directive->width, base, text)) return 0;
    if (directive->suppress) return 1;
    int is_signed = directive->conversion == 'd' || directive->conversion == 'i';
    store_integer(directive, is_signed ? strtol(text, 0, base) : (long)strtoul(text, 0, base));
    return 1;
}

static int scan_real(struct scan* scan, const struct directive* directive) {
    char text[LONGEST_NUMBER];
    if (!read_real(scan, directive->width, text)) return 0;
    if (directive->suppress) return 1;
    if (directive->length == 'L') {
        *(long double*)directive->target = strtold(text, 0);
        return 1;
    }
    double value = strtod(text, 0);
    if (directive->length == 0)
        *(float*)directive->target = (float)value;
    else
        *(double*)directive->target = value;
    return 1;
}

/// %s, %c and %[: bytes of a set, to the target or to memory allocated for them.
static int scan_bytes(struct scan* scan, const struct directive* directive, const unsigned char* accepted) {
    long width = directive->width, length = 0, room = 32;
    int terminated = directive->conversion != 'c';
    char* to = directive->suppress ? 0 : directive->target;
    if (directive->allocate && !directive->suppress && !(to = malloc((size_t)room))) return -1;
    int c = EOF;
    while (length < width) {
        c = next(scan);
        if (c == EOF || (accepted && !accepted[c])) break;
        if (directive->allocate && to && length + 1 >= room) {
            char* bigger = realloc(to, (size_t)(room *= 2));
            if (!bigger) {
                free(to);
                return -1;
            }
            to = bigger;
        }
        if (to) to[length] = (char)c;
        length++;
    }
    if (length < width) back(scan, c);
    if (length == 0) {
        if (directive->allocate) free(to);
        return c == EOF ? -1 : 0;
    }
    if (to && terminated) to[length] = 0;
    if (directive->allocate && to) *(char**)directive->target = to;
    return 1;
}

/// The set of "[...]"; returns the character after it.
static const char* parse_set(const char* format, unsigned char* set) {
    int inverted = *format == '^';
    if (inverted) format++;
    __ipclab_memset(set, inverted, 256);
    const char* first = format;
    for (; *format && (*format != ']' || format == first); format++) {
        if (*format == '-' && format > first && format[1] && format[1] != ']' &&
            (unsigned char)format[-1] <= (unsigned char)format[1]) {
            for (int c = (unsigned char)format[-1]; c <= (unsigned char)format[1]; c++)
                set[c] = (unsigned char)!inverted;
            format++;
        } else {
            set[(unsigned char)*format] = (unsigned char)!inverted;
        }
    }
    return *format ? format + 1 : format;
}

static void* target_at(int position, va_list* all) {
    va_list arguments;
    va_copy(arguments, *all);
    void* target = 0;
    for (int i = 0; i < position; i++) target = va_arg(arguments, void*);
    va_end(arguments);
    return target;
}

static const char* parse(const char* format, struct directive* directive, va_list* arguments, va_list* all) {
    int position = 0;
    directive->suppress = directive->allocate = 0;
    directive->width = 0;
    directive->length = 0;
    for (;; format++) {
        if (*format == '*')
            directive->suppress = 1;
        else if (*format == 'm')
            directive->allocate = 1;
        else if (*format >= '0' && *format <= '9')
            directive->width = directive->width * 10 + (*format - '0');
        else if (*format == '$') {
            position = (int)directive->width;
            directive->width = 0;
        } else if (*format == 'h')
            directive->length = directive->length == 'h' ? 'H' : 'h';
        else if (*format == 'l' || *format == 'j' || *format == 'z' || *format == 't' || *format == 'q')
            directive->length = 'l';
        else if (*format == 'L')
            directive->length = 'L';
        else if (*format != '\'' && *format != 'I')
            break;
    }
    directive->conversion = *format;
    if (directive->width == 0) directive->width = 0x7fffffffffffffffL;
    if (directive->conversion == 'p') directive->length = 'l';
    directive->target = 0;
    if (!directive->suppress && *format != '%')
        directive->target = position > 0 ? target_at(position, all) : va_arg(*arguments, void*);
    return *format ? format + 1 : format;
}

/// One conversion: 1 done, 0 the input does not match, -1 the input has ended.
static int convert(struct scan* scan, struct directive* directive, const char** format) {
    unsigned char set[256];
    if (directive->conversion != 'c' && directive->conversion != '[' && directive->conversion != 'n' &&
        skip_space(scan) == EOF)
        return -1;
    switch (directive->conversion) {
        case '%': {
            int c = next(scan);
            if (c == '%') return 1;
            back(scan, c);
            return 0;
        }
        case 'n':
            if (!directive->suppress) store_integer(directive, scan->taken);
            return 1;
        case 'd':
        case 'i':
        case 'o':
        case 'u':
        case 'x':
        case 'X':
        case 'p':
            return scan_integer(scan, directive);
        case 'e':
        case 'E':
        case 'f':
        case 'F':
        case 'g':
        case 'G':
        case 'a':
        case 'A':
            return scan_real(scan, directive);
        case 'c':
            if (directive->width == 0x7fffffffffffffffL) directive->width = 1;
            return scan_bytes(scan, directive, 0);
        case 's':
            for (int c = 0; c < 256; c++) set[c] = (unsigned char)!isspace(c);
            return scan_bytes(scan, directive, set);
        case '[':
            *format = parse_set(*format, set);
            return scan_bytes(scan, directive, set);
        default:
            return 0;
    }
}

int __stdio_scan(FILE* stream, const char* format, va_list* given) {
    struct scan scan = {stream, 0, 0};
    struct directive directive;
    va_list all;
    va_copy(all, *given);
    int outcome = 1;
    while (*format && outcome == 1) {
        if (isspace((unsigned char)*format)) {
            format++;
            skip_space(&scan);
            continue;
        }
        if (*format != '%') {
            int c = next(&scan);
            if (c != (unsigned char)*format++) {
                back(&scan, c);
                outcome = c == EOF ? -1 : 0;
            }
            continue;
        }
        format = parse(format + 1, &directive, given, &all);
        outcome = convert(&scan, &directive, &format);
        if (outcome != 1 || directive.conversion == 'n' || directive.conversion == '%') continue;
        if (!directive.suppress) scan.assigned++;
    }
    va_end(all);
    return outcome < 0 && scan.assigned == 0 ? EOF : scan.assigned;
}
