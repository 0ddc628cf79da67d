/* Numbers in words, in Roman numerals and in other bases; strtol() back. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    int value;
    const char *text;
} roman[] = {{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"},
             {40, "XL"},  {10, "X"},   {9, "IX"},  {5, "V"},    {4, "IV"},  {1, "I"}};

static const char *to_roman(int number) {
    static char text[32];
    text[0] = '\0';
    for (const __typeof__(roman[0]) *at = roman; number > 0; at++)
        for (; number >= at->value; number -= at->value) strcat(text, at->text);
    return text;
}

static const char *to_base(unsigned long number, unsigned base) {
    static char buffer[70];
    char *at = &buffer[sizeof buffer - 1];
    *at = '\0';
    do *--at = "0123456789abcdefghijklmnopqrstuvwxyz"[number % base];
    while ((number /= base) != 0);
    return at;
}

int main(void) {
    static const int numbers[] = {1, 4, 9, 14, 40, 90, 400, 1999, 2024, 3888};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) printf("%d %s\n", numbers[i], to_roman(numbers[i]));
    static const unsigned bases[] = {2, 3, 8, 16, 36};
    for (size_t i = 0; i < sizeof bases / sizeof *bases; i++) {
        const char *text = to_base(123456789, bases[i]);
        printf("%s in base %u is %ld\n", text, bases[i], strtol(text, NULL, (int)bases[i]));
    }
    static const char *const texts[] = {"42", " -17xyz", "0x1f", "077", "", "abc", "9223372036854775808", "-99999999999999999999"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char *end;
        errno = 0;
        long value = strtol(texts[i], &end, 0);
        printf("[%s]: %ld, rest [%s]%s\n", texts[i], value, end, errno == ERANGE ? ", out of range" : "");
    }
    printf("%g %g %d\n", strtod("1e-3x", NULL), atof("  12.75"), atoi("12monkeys"));
    return 0;
}
