/* Calendar: seconds and dates, both ways, leap years, weeks; all in UTC. */
#define _DEFAULT_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int main(void) {
    static const long moments[] = {0, 86399, 951782400, 1000000000, 1709164800, 2147483647, -1, 4102444800};
    char text[100];
    setenv("TZ", "UTC", 1);
    tzset();
    for (unsigned i = 0; i < sizeof moments / sizeof *moments; i++) {
        time_t when = moments[i];
        struct tm parts = *gmtime(&when);
        strftime(text, sizeof text, "%a %d %b %Y %H:%M:%S, day %j, week %V/%G %U, %p %I %y %e", &parts);
        printf("%11ld: %s\n", moments[i], text);
        if (timegm(&parts) != when || mktime(&parts) != when) printf("not the same\n");
    }
    struct tm wild = {.tm_year = 124, .tm_mon = 13, .tm_mday = -5, .tm_hour = 49, .tm_sec = 3601};
    time_t when = mktime(&wild);
    printf("normalised: %s", asctime(&wild));
    printf("%ld, a %d\n", (long)when, wild.tm_wday);
    printf("difference %.0f\n", difftime(1000, 400));
    for (int year = 1896; year <= 2000; year += 52) {
        struct tm day = {.tm_year = year - 1900, .tm_mon = 1, .tm_mday = 29};
        mktime(&day);
        printf("29 February %d is %s\n", year, day.tm_mon == 1 ? "there" : "1 March");
    }
    when = 1234567890;
    printf("%s", ctime(&when));
    return 0;
}
