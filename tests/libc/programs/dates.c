// Calendar dates and their texts, in UTC.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int main(void) {
    setenv("TZ", "UTC", 1);
    tzset();
    static const long times[] = {0,          1,          -1,         86399,        86400,        951782400,
                                 951868800,  1700000000, 4102444800, -2208988800,  253402300799, 1483228800,
                                 1609459199, 1230768000, 68169600,   -62135596800, 1732413600};
    for (unsigned i = 0; i < sizeof times / sizeof *times; i++) {
        time_t t = times[i];
        struct tm parts = *gmtime(&t);
        printf("%ld: %d %d %d %d %d %d %d %d %d %ld %s\n", t, parts.tm_year, parts.tm_mon, parts.tm_mday,
               parts.tm_hour, parts.tm_min, parts.tm_sec, parts.tm_wday, parts.tm_yday, parts.tm_isdst,
               parts.tm_gmtoff, parts.tm_zone);
        printf("%ld %s", (long)mktime(&parts), asctime(&parts));
        printf("%s", ctime(&t));
        char text[400];
        size_t length = strftime(
            text, sizeof text,
            "%a %A %b %B %c %C %d %D %e %F %g %G %h %H %I %j %k %l %m %M %n %p %P %r %R %s %S %t %T %u %U "
            "%V %w %W %x %X %y %Y %z %Z %% %Ey %Od %-d %_d %05Y %^a %-H %_m %3d",
            &parts);
        printf("%zu %s\n", length, text);
    }
    struct tm odd = {
        .tm_year = 124, .tm_mon = 13, .tm_mday = -5, .tm_hour = 30, .tm_min = -90, .tm_sec = 3600};
    printf("%ld ", (long)mktime(&odd));
    printf("%s", asctime(&odd));
    char tiny[5];
    printf("%zu %zu\n", strftime(tiny, 5, "%Y", &odd), strftime(tiny, 4, "%Y", &odd));
    printf("%g\n", difftime(10, 3));
    struct timespec now, later;
    clock_gettime(CLOCK_MONOTONIC, &now);
    struct timespec pause = {0, 2000000};
    printf("%d\n", nanosleep(&pause, NULL));
    clock_gettime(CLOCK_MONOTONIC, &later);
    long passed = (later.tv_sec - now.tv_sec) * 1000000000 + later.tv_nsec - now.tv_nsec;
    printf("%d\n", passed >= 2000000);
    printf("%d\n", time(NULL) > 1700000000);
    return 0;
}
