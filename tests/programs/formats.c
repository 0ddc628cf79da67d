/* A table of printf() conversions with flags, widths and precisions. */
#include <inttypes.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>

int main(void) {
    static const int numbers[] = {0, 7, -7, 12345, INT_MAX, INT_MIN};
    for (unsigned i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        int n = numbers[i];
        printf("|%d|%5d|%-5d|%05d|%+d|% d|%.3d|%8.3d|%-8.3d|\n", n, n, n, n, n, n, n, n, n);
        printf("|%u|%o|%#o|%x|%#X|%08x|\n", (unsigned)n, (unsigned)n, (unsigned)n, (unsigned)n, (unsigned)n,
               (unsigned)n);
    }
    static const double reals[] = {0, 1, -1.5, 3.14159265358979, 123456789.123, 1e-7, 6.02214076e23};
    for (unsigned i = 0; i < sizeof reals / sizeof *reals; i++) {
        double r = reals[i];
        printf("|%f|%.0f|%10.2f|%-12.4e|%E|%g|%G|%.10g|%+.3f|\n", r, r, r, r, r, r, r, r, r);
    }
    printf("|%s|%10s|%-10s|%.3s|%10.2s|%c|%5c|%%|\n", "text", "text", "text", "text", "text", 'c', 'd');
    printf("|%*d|%-*d|%.*f|%*s|\n", 6, 42, 6, 42, 3, 2.0, -8, "left");
    printf("%hhd %hd %ld %lld %zu %td %jd\n", (signed char)-1, (short)-2, -3L, -4LL, (size_t)5, (ptrdiff_t)-6,
           (intmax_t)-7);
    printf("%" PRId64 " %" PRIu32 " %" PRIx64 "\n", INT64_MIN, UINT32_MAX, UINT64_C(0xfeedface));
    int done;
    printf("count%n", &done);
    printf(" was %d\n", done);
    return 0;
}
