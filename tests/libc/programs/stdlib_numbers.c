// strtol() and its family, random numbers, division, sorting and searching.
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void integers(const char* text, int base) {
    char* end;
    errno = 0;
    long value = strtol(text, &end, base);
    printf("[%s] %d: %ld %td %d;", text, base, value, end - text, errno);
    errno = 0;
    unsigned long unsigned_value = strtoul(text, &end, base);
    printf(" %lu %td %d\n", unsigned_value, end - text, errno);
}

static int by_value(const void* a, const void* b) {
    return *(const int*)a - *(const int*)b;
}

static int by_tens(const void* a, const void* b) {
    return *(const int*)a / 10 - *(const int*)b / 10;
}

int main(void) {
    static const char* const texts[] = {"0",
                                        "42",
                                        "-17",
                                        "+5x",
                                        "  12",
                                        "0x1f",
                                        "0x",
                                        "0xg",
                                        "077",
                                        "08",
                                        "zz",
                                        "",
                                        "-",
                                        "9223372036854775807",
                                        "9223372036854775808",
                                        "-9223372036854775808",
                                        "-9223372036854775809",
                                        "18446744073709551615",
                                        "18446744073709551616",
                                        "-1",
                                        "99999999999999999999999",
                                        "abc",
                                        "\t\n 7"};
    static const int bases[] = {0, 10, 16, 8, 36, 2, 1, 37};
    for (unsigned t = 0; t < sizeof texts / sizeof *texts; t++)
        for (unsigned b = 0; b < sizeof bases / sizeof *bases; b++) integers(texts[t], bases[b]);
    static const char* const reals[] = {"1.5",     "-2e3",     "  .5x",     "1e400",
                                        "1e-400",  "inf",      "-Infinity", "nan",
                                        "0x1.8p3", "e5",       "1e",        "1e+",
                                        "0x",      "4.9e-324", "1e-310",    "123456789012345678901234567890"};
    for (unsigned t = 0; t < sizeof reals / sizeof *reals; t++) {
        char* end;
        errno = 0;
        double value = strtod(reals[t], &end);
        printf("[%s] %.17g %td %d\n", reals[t], value, end - reals[t], errno);
    }
    printf("%d %ld %g\n", atoi("12abc"), atol("-5"), atof("2.25"));
    for (int i = 0; i < 5; i++) printf("%d ", rand());
    srand(42);
    for (int i = 0; i < 40; i++) printf("%d ", rand());
    srandom(7);
    for (int i = 0; i < 5; i++) printf("%ld ", random());
    srand(0);
    printf("%d\n", rand());
    unsigned int seed = 3;
    int first = rand_r(&seed), second = rand_r(&seed);
    printf("%d %d %u\n", first, second, seed);
    char state[64];
    initstate(5, state, sizeof state);
    for (int i = 0; i < 5; i++) printf("%ld ", random());
    char tiny_state[8];
    char* before = initstate(5, tiny_state, sizeof tiny_state);
    for (int i = 0; i < 5; i++) printf("%ld ", random());
    setstate(before);
    for (int i = 0; i < 5; i++) printf("%ld ", random());
    printf("\n");
    srand48(12);
    double drawn = drand48();
    long positive = lrand48(), any = mrand48();
    printf("%.12f %ld %ld\n", drawn, positive, any);
    div_t d = div(-17, 5);
    ldiv_t l = ldiv(17, -5);
    printf("%d %d %ld %ld %d %ld\n", d.quot, d.rem, l.quot, l.rem, abs(-4), labs(-5L));
    int numbers[300];
    for (int i = 0; i < 300; i++) numbers[i] = rand() % 1000;
    qsort(numbers, 300, sizeof(int), by_tens);
    for (int i = 0; i < 300; i++) printf("%d ", numbers[i]);
    qsort(numbers, 300, sizeof(int), by_value);
    for (int i = 0; i < 300; i += 10) printf("%d ", numbers[i]);
    int key = numbers[77], missing = 1001;
    printf("\n%d %d\n", *(int*)bsearch(&key, numbers, 300, sizeof(int), by_value) == key,
           bsearch(&missing, numbers, 300, sizeof(int), by_value) == NULL);
    return 0;
}
