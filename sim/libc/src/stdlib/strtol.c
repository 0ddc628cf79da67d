// Integers from text (strtol(3)): white space, a sign, a prefix for base 16 and 8, digits. Out of range: the
// nearest value and ERANGE.
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>

static int digit_value(int c) {
    if ((unsigned)(c - '0') < 10) return c - '0';
    if ((unsigned)(c - 'a') < 26) return c - 'a' + 10;
    if ((unsigned)(c - 'A') < 26) return c - 'A' + 10;
    return 99;
}

/// The magnitude in the result; *negative and *overflow are set accordingly.
static unsigned long parse(const char* text, char** end, int base, int* negative, int* overflow) {
    const char* p = text;
    *negative = *overflow = 0;
    if (base < 0 || base == 1 || base > 36) {
        errno = EINVAL;
        return 0;
    }
    if (end) *end = (char*)text;
    while (isspace((unsigned char)*p)) p++;
    if (*p == '+' || *p == '-') *negative = *p++ == '-';
    if ((base == 0 || base == 16) && p[0] == '0' && (p[1] | 32) == 'x' && digit_value(p[2]) < 16) {
        p += 2;
        base = 16;
    } else if (base == 0) {
        base = *p == '0' ? 8 : 10;
    }
    unsigned long value = 0, limit = ULONG_MAX / (unsigned)base;
    const char* first = p;
    for (int digit; (digit = digit_value(*p)) < base; p++) {
        if (value > limit || value * (unsigned)base > ULONG_MAX - (unsigned)digit)
            *overflow = 1;
        else
            value = value * (unsigned)base + (unsigned)digit;
    }
    if (end && p > first) *end = (char*)p;
    return value;
}

long strtol(const char* text, char** end, int base) {
    int negative, overflow;
    unsigned long value = parse(text, end, base, &negative, &overflow);
    if (overflow || value > (unsigned long)LONG_MAX + (unsigned)negative) {
        errno = ERANGE;
        return negative ? LONG_MIN : LONG_MAX;
    }
    return negative ? (long)-value : (long)value;
}

unsigned long strtoul(const char* text, char** end, int base) {
    int negative, overflow;
    unsigned long value = parse(text, end, base, &negative, &overflow);
    if (overflow) {
        errno = ERANGE;
        return ULONG_MAX;
    }
    return negative ? -value : value;
}

long long strtoll(const char* text, char** end, int base) {
    return strtol(text, end, base);
}

unsigned long long strtoull(const char* text, char** end, int base) {
    return strtoul(text, end, base);
}

intmax_t strtoimax(const char* text, char** end, int base) {
    return strtol(text, end, base);
}

uintmax_t strtoumax(const char* text, char** end, int base) {
    return strtoul(text, end, base);
}

int atoi(const char* text) {
    return (int)strtol(text, 0, 10);
}

long atol(const char* text) {
    return strtol(text, 0, 10);
}

long long atoll(const char* text) {
    return strtol(text, 0, 10);
}
