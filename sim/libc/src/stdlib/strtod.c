// Floating-point numbers from text; the conversion is the machine's own. Out of range: ERANGE (strtod(3)).
#include <errno.h>
#include <float.h>
#include <stdlib.h>

static int has_nonzero_digit(const char* text, const char* end) {
    int hexadecimal = 0;
    for (; text < end; text++) {
        if ((*text | 32) == 'x') hexadecimal = 1;
        if ((*text | 32) == 'p' || (!hexadecimal && (*text | 32) == 'e')) break;
        if ((*text >= '1' && *text <= '9') || (hexadecimal && (*text | 32) >= 'a' && (*text | 32) <= 'f'))
            return 1;
    }
    return 0;
}

static int names_infinity(const char* text, const char* end) {
    for (; text < end; text++)
        if ((*text | 32) == 'n') return 1;
    return 0;
}

double strtod(const char* text, char** end) {
    char* stop;
    double value = __ipclab_parse_double(text, &stop);
    if (value - value != 0.0) {
        if (!names_infinity(text, stop)) errno = ERANGE;
    } else if (value < DBL_MIN && value > -DBL_MIN && has_nonzero_digit(text, stop)) {
        errno = ERANGE;
    }
    if (end) *end = stop;
    return value;
}

float strtof(const char* text, char** end) {
    char* stop;
    double value = strtod(text, &stop);
    float result = (float)value;
    if (value - value == 0.0 && result - result != 0.0F) errno = ERANGE;
    if (result < FLT_MIN && result > -FLT_MIN && has_nonzero_digit(text, stop)) errno = ERANGE;
    if (end) *end = stop;
    return result;
}

long double strtold(const char* text, char** end) {
    char* stop;
    long double value;
    __ipclab_parse_extended(&value, text, &stop);
    if (value - value != 0.0L) {
        if (!names_infinity(text, stop)) errno = ERANGE;
    } else if (value < LDBL_MIN && value > -LDBL_MIN && has_nonzero_digit(text, stop)) {
        errno = ERANGE;
    }
    if (end) *end = stop;
    return value;
}

double atof(const char* text) {
    return strtod(text, 0);
}
