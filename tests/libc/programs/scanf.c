// scanf() and its relatives.
#include <stdio.h>
#include <stdlib.h>

static void integers(const char* text, const char* format) {
    long a = -7, b = -7;
    int n = -7;
    char full[40];
    snprintf(full, sizeof full, "%s%%n", format);
    int result = sscanf(text, full, &a, &b, &n);
    printf("[%s] [%s] %d %ld %ld %d\n", text, format, result, a, b, n);
}

static void reals(const char* text, const char* format) {
    double a = -7;
    int n = -7;
    char full[40];
    snprintf(full, sizeof full, "%s%%n", format);
    int result = sscanf(text, full, &a, &n);
    printf("[%s] [%s] %d %g %d\n", text, format, result, a, n);
}

static void words(const char* text, const char* format) {
    char a[40] = "?", b[40] = "?";
    int n = -7;
    char full[60];
    snprintf(full, sizeof full, "%s%%n", format);
    int result = sscanf(text, full, a, b, &n);
    printf("[%s] [%s] %d <%s> <%s> %d\n", text, format, result, a, b, n);
}

int main(void) {
    static const char* const numbers[] = {"12 34",  "-5,6", "+7",  "0x1f 0x", "0x",  "0xg",
                                          "077 08", "",     "   ", "abc",     "- 5", "99999999999999999999 1",
                                          "12abc",  "0b1",  "00x1"};
    static const char* const integer_formats[] = {"%ld %ld",  "%li %li",  "%lx %lx", "%lo,%lo", "%lu%lu",
                                                  "%3ld%2ld", "%1lx%2lx", "%ld,%ld", "%2li%li", "%lX"};
    for (unsigned f = 0; f < sizeof integer_formats / sizeof *integer_formats; f++)
        for (unsigned n = 0; n < sizeof numbers / sizeof *numbers; n++)
            integers(numbers[n], integer_formats[f]);
    static const char* const real_texts[] = {
        "1.5", "-2e3x",   ".5", ".",     "1e",    "1e+", "e5",   "inf",    "infinite", "INFINITY", "nan",
        "na",  "0x1.8p1", "0x", "0x.p1", "1.2.3", "  7", "+.e1", "123456", "1e5e6",    ""};
    static const char* const real_formats[] = {"%lf", "%3lf", "%lg", "%1le", "%5la"};
    for (unsigned f = 0; f < sizeof real_formats / sizeof *real_formats; f++)
        for (unsigned t = 0; t < sizeof real_texts / sizeof *real_texts; t++)
            reals(real_texts[t], real_formats[f]);
    static const char* const texts[] = {"hello world", "  a b", "key=value", "key = value", "",      " ",
                                        "x",           "100%",  "a]b",       "2024-01-02",  "abcABC"};
    static const char* const formats[] = {
        "%s %s",          "%s",    "%3s%s", "%[a-z]%s",     "%[^=]=%s",      "%*s %s", "%[]a]%s", "%[^]]%s",
        "%[0-9]-%[0-9-]", "%[a-]", "%s%%",  "%5[a-zA-Z]%s", "%*[a-z]%[A-Z]", "key%s"};
    for (unsigned f = 0; f < sizeof formats / sizeof *formats; f++)
        for (unsigned t = 0; t < sizeof texts / sizeof *texts; t++) words(texts[t], formats[f]);
    char c = '?', many[4] = "???";
    int got = sscanf(" x", "%c", &c);
    printf("%d %c\n", got, c);
    got = sscanf("abc", "%3c", many);
    printf("%d %.3s\n", got, many);
    got = sscanf("ab", "%3c", many);
    printf("%.3s %d\n", many, got);
    printf("%d\n", sscanf("", "%c", &c));
    signed char small = 0;
    short medium = 0;
    unsigned long long large = 0;
    float single = 0;
    void* pointer = &c;
    int result = sscanf("300 70000 18446744073709551615 2.5 0xdead", "%hhd %hd %llu %f %p", &small, &medium,
                        &large, &single, &pointer);
    printf("%d %d %d %llu %g %p\n", result, small, medium, large, single, pointer);
    result = sscanf("(nil)", "%p", &pointer);
    printf("%d %p\n", result, pointer);
    char *made = NULL, *set = NULL;
    result = sscanf("allocated-by-scanf,with a set", "%ms", &made);
    printf("%d %s\n", result, made);
    result = sscanf("allocated,second", "%m[a-z],%*s", &set);
    printf("%d %s\n", result, set);
    free(made);
    int first = 0, second = 0;
    result = sscanf("1 2", "%2$d %1$d", &first, &second);
    printf("%d %d %d\n", result, first, second);
    int number;
    char word[20];
    while ((result = scanf("%d %19s", &number, word)) == 2) printf("%d:%s\n", number, word);
    printf("%d\n", result);
    printf("%d\n", scanf("%19s", word));
    got = getchar();
    printf("%s %d\n", word, got);
    printf("%d\n", scanf(" end%d", &number));
    got = scanf("%d", &number);
    printf("%d %d\n", number, got);
    return 0;
}
