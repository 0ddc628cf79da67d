// Dates read from text.
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <time.h>

int main(void) {
    static const char* const cases[][2] = {
        {"2001-11-12 18:31:01", "%Y-%m-%d %H:%M:%S"}, {"Tue Feb 29 00:00:59 2000", "%a %b %e %T %Y"},
        {"12/31/99", "%D"},   {"1/2/03", "%m/%d/%y"},  {"11:59:59 PM", "%r"},
        {"12:05 am", "%I:%M %p"}, {"1 January 1970", "%d %B %Y"}, {"366 2024", "%j %Y"},
        {"86400", "%s"},      {"20:15 +0530", "%R %z"}, {"2024-02-30x", "%F"},
        {"13/01/2020", "%m/%d/%Y"}, {"abc", "%d"},      {"10% x", "%d%% %tx"},
        {"Sat", "%A"},        {"7", "%u"},
    };
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct tm parts;
        char text[100];
        memset(&parts, 0, sizeof parts);
        const char* end = strptime(cases[i][0], cases[i][1], &parts);
        if (!end) {
            printf("%s: no\n", cases[i][0]);
            continue;
        }
        strftime(text, sizeof text, "%Y %m %d %H %M %S %j %w", &parts);
        printf("%s: %s [%s] %ld\n", cases[i][0], text, end, parts.tm_gmtoff);
    }
    return 0;
}
