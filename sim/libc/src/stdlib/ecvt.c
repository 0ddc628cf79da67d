// Digits of numbers, as of old (ecvt(3), gcvt(3)).
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_DIGITS = 17 };  // more are noise, and zeroes
static char text[400];

/// "-d.ddde+xx" without sign, point and exponent.
char* ecvt(double value, int digits, int* point, int* is_negative) {
    char form[MOST_DIGITS + 16];
    if (digits < 0) digits = 0;
    if (digits > MOST_DIGITS) digits = MOST_DIGITS;
    snprintf(form, sizeof form, "%.*e", digits > 0 ? digits - 1 : 0, value);
    char* from = form;
    *is_negative = *from == '-';
    if (*is_negative) from++;
    if (value - value != 0.0) {
        *point = 0;
        return strcpy(text, from);
    }
    *point = value == 0.0 ? 1 : atoi(strchr(from, 'e') + 1) + 1;
    text[0] = *from;
    if (digits > 1) memcpy(text + 1, from + 2, (size_t)digits - 1);
    text[digits] = 0;
    return text;
}

char* gcvt(double value, int digits, char* to) {
    sprintf(to, "%.*g", digits > MOST_DIGITS ? MOST_DIGITS : digits, value);
    return to;
}
