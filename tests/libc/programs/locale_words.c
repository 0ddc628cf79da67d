// nl_langinfo() and dates in zones that TZ gives, in the C locale.
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void show(time_t when) {
    char text[80];
    struct tm* parts = localtime(&when);
    strftime(text, sizeof text, "%F %T %Z %z", parts);
    struct tm again = *parts, either = *parts;
    either.tm_isdst = -1;
    printf("  %s %d %ld, back %d", text, parts->tm_isdst, parts->tm_gmtoff, mktime(&again) == when);
    printf(" %ld\n", (long)(mktime(&either) - when));
}

static void zone(const char* name) {
    setenv("TZ", name, 1);
    tzset();
    printf("%s: %s %s %ld %d\n", name, tzname[0], tzname[1], timezone, daylight);
    // Around both changes of 2024, in Europe and America, and elsewhere in time.
    static const time_t times[] = {0,          1000000000, 1711846799, 1711846800, 1729990799, 1729990800,
                                   1729994400, 1710053999, 1710054000, 1720000000, 1735689599, 1709210096};
    for (unsigned i = 0; i < sizeof times / sizeof *times; i++) show(times[i]);
    struct tm skipped = {.tm_year = 124, .tm_mon = 2, .tm_mday = 31, .tm_hour = 2, .tm_min = 30, .tm_isdst = -1};
    time_t when = mktime(&skipped);
    printf("  half past two %ld %d %d\n", (long)when, skipped.tm_hour, skipped.tm_isdst);
    struct tm other = {.tm_year = 124, .tm_mon = 6, .tm_mday = 1, .tm_hour = 12};
    when = mktime(&other);
    printf("  July by winter's clock %ld %d %d\n", (long)when, other.tm_hour, other.tm_isdst);
    struct tm third = {.tm_year = 124, .tm_mday = 1, .tm_hour = 12, .tm_isdst = 1};
    when = mktime(&third);
    printf("  January by summer's %ld %d %d\n", (long)when, third.tm_hour, third.tm_isdst);
}

int main(void) {
    static const nl_item items[] = {CODESET, RADIXCHAR, THOUSEP, YESEXPR, NOEXPR,  D_T_FMT, D_FMT, T_FMT,
                                    T_FMT_AMPM, ABDAY_1, DAY_7, ABMON_3, MON_12, AM_STR, CRNCYSTR, ERA};
    setlocale(LC_ALL, "C");
    for (unsigned i = 0; i < sizeof items / sizeof *items; i++) printf("[%s]", nl_langinfo(items[i]));
    puts("");
    zone("UTC");
    zone("CET-1CEST,M3.5.0,M10.5.0/3");
    zone("EST5EDT,M3.2.0,M11.1.0");
    zone("<+03>-3");
    zone("IST-5:30");
    zone("NZST-12NZDT,M9.5.0,M4.1.0/3");
    zone("XXX3YYY2:30,J60,J300/1");
    zone("AAA0BBB,59,300");
    zone("nonsense");
    zone("no");
    zone("");
    return 0;
}
