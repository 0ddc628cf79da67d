// Character classes of the C locale: one byte of class bits for each character, so that a test is one
// look-up. A test that holds returns the same number as glibc's, for programs that print it.
#include <ctype.h>

enum { UPPER = 1, LOWER = 2, DIGIT = 4, HEX = 8, SPACE = 16, PUNCT = 32, CONTROL = 64, BLANK = 128 };

#define ROW4(x) x, x, x, x
#define ROW8(x) ROW4(x), ROW4(x)
// clang-format off
static const unsigned char classes[257] = {
    0,  // EOF
    ROW8(CONTROL), CONTROL, CONTROL | SPACE | BLANK, ROW4(CONTROL | SPACE), CONTROL, CONTROL,
    ROW8(CONTROL), ROW8(CONTROL),
    SPACE | BLANK, ROW8(PUNCT), ROW4(PUNCT), PUNCT, PUNCT, PUNCT,
    ROW8(DIGIT | HEX), DIGIT | HEX, DIGIT | HEX, ROW4(PUNCT), PUNCT, PUNCT,
    PUNCT, ROW4(UPPER | HEX), UPPER | HEX, UPPER | HEX, UPPER, ROW8(UPPER), ROW8(UPPER),
    UPPER, UPPER, UPPER, ROW4(PUNCT), PUNCT,
    PUNCT, ROW4(LOWER | HEX), LOWER | HEX, LOWER | HEX, LOWER, ROW8(LOWER), ROW8(LOWER),
    LOWER, LOWER, LOWER, ROW4(PUNCT), CONTROL,
};
// clang-format on

static int is(int c, int wanted) {
    return (unsigned)(c + 1) < 257 ? classes[c + 1] & wanted : 0;
}

int isalnum(int c) {
    return is(c, UPPER | LOWER | DIGIT) ? 8 : 0;
}
int isalpha(int c) {
    return is(c, UPPER | LOWER) ? 1024 : 0;
}
int isblank(int c) {
    return is(c, BLANK) ? 1 : 0;
}
int iscntrl(int c) {
    return is(c, CONTROL) ? 2 : 0;
}
int isdigit(int c) {
    return (unsigned)(c - '0') < 10 ? 2048 : 0;
}
int isgraph(int c) {
    return is(c, UPPER | LOWER | DIGIT | PUNCT) ? 32768 : 0;
}
int islower(int c) {
    return is(c, LOWER) ? 512 : 0;
}
int isprint(int c) {
    return (unsigned)(c - ' ') < 95 ? 16384 : 0;
}
int ispunct(int c) {
    return is(c, PUNCT) ? 4 : 0;
}
int isspace(int c) {
    return c == ' ' || (unsigned)(c - '\t') < 5 ? 8192 : 0;
}
int isupper(int c) {
    return is(c, UPPER) ? 256 : 0;
}
int isxdigit(int c) {
    return is(c, HEX) ? 4096 : 0;
}
int isascii(int c) {
    return (c & ~127) == 0;
}
int toascii(int c) {
    return c & 127;
}
int tolower(int c) {
    return (unsigned)(c - 'A') < 26 ? c + 32 : c;
}
int toupper(int c) {
    return (unsigned)(c - 'a') < 26 ? c - 32 : c;
}
