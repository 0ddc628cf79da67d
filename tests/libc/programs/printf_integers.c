// Integer conversions of printf(): flags, widths, precisions, lengths.
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>

int main(void) {
    static const char* const flags[] = {"", "-", "+", " ", "#", "0", "-+", "+0", " 0", "#0", "-#", "'"};
    static const char* const sizes[] = {"", "5", "12", ".0", ".3", ".12", "12.4", "4.12"};
    static const int values[] = {0, 1, -1, 42, -12345, INT_MAX, INT_MIN};
    char format[32];
    for (unsigned f = 0; f < sizeof flags / sizeof *flags; f++)
        for (unsigned s = 0; s < sizeof sizes / sizeof *sizes; s++)
            for (const char* c = "diouxX"; *c; c++) {
                snprintf(format, sizeof format, "[%%%s%s%c]", flags[f], sizes[s], *c);
                printf("%s:", format);
                for (unsigned v = 0; v < sizeof values / sizeof *values; v++) printf(format, values[v]);
                printf("\n");
            }
    printf("%hhd %hhu %hd %hu %ld %lu %lld %llu\n", 300, 300, 70000, 70000, LONG_MIN, ULONG_MAX, LLONG_MIN,
           ULLONG_MAX);
    printf("%jd %zu %td %lx %#lo\n", INTMAX_MIN, SIZE_MAX, (long)-5, ULONG_MAX, ULONG_MAX);
    printf("%*d|%-*d|%.*d|%*d\n", 6, 42, 6, 42, 4, 42, -6, 42);
    printf("%c%c%5c|%-5c|%%|%5%|\n", 'a', 'b', 'c', 'd');
    char small[3];
    errno = 0;
    int result = snprintf(small, sizeof small, "%*d", INT_MIN, 1);
    printf("%d %d\n", result, errno);
    return 0;
}
