// 32-bit numbers as text in base 64 (a64l(3)), lowest digit first.
#include <stdlib.h>
#include <string.h>

static const char digits[] = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

long a64l(const char* text) {
    unsigned int value = 0;
    for (int shift = 0; shift < 36 && *text; shift += 6, text++) {
        const char* digit = strchr(digits, *text);
        if (!digit) break;
        value |= (unsigned int)(digit - digits) << shift;
    }
    return value;  // glibc: 32 bits, without sign
}

char* l64a(long given) {
    static char text[7];
    unsigned int value = (unsigned int)given;
    int length = 0;
    for (; value; value >>= 6) text[length++] = digits[value & 63];
    text[length] = 0;
    return text;
}
