// Seconds since 1970 and calendar dates (proleptic Gregorian, UTC).
#include <bits/zone.h>
#include <errno.h>
#include <time.h>

/// Days from 1970-01-01 to the first of March of the year, counting years from March, so that a leap day
/// comes last.
static long days_to_march(long year) {
    long era = (year >= 0 ? year : year - 399) / 400, rest = year - era * 400;
    return era * 146097 + rest * 365 + rest / 4 - rest / 100 - 719468;
}

struct tm* gmtime_r(const time_t* when, struct tm* parts) {
    long days = *when / 86400, seconds = *when % 86400;
    if (seconds < 0) {
        seconds += 86400;
        days--;
    }
    long year = days / 365 + 1970;
    if (year > 2147485547L || year < -2147481748L) {
        errno = EOVERFLOW;
        return 0;
    }
    year = (long)((days + 719468) / 365.2425);
    while (days_to_march(year) > days) year--;
    while (days_to_march(year + 1) <= days) year++;
    long in_year = days - days_to_march(year);  // from the first of March
    long month = (5 * in_year + 2) / 153;       // from March
    parts->tm_mday = (int)(in_year - (153 * month + 2) / 5) + 1;
    parts->tm_mon = (int)(month < 10 ? month + 2 : month - 10);
    if (month >= 10) year++;
    parts->tm_year = (int)(year - 1900);
    parts->tm_yday = (int)(days - (days_to_march(year - 1) + 306));
    parts->tm_wday = (int)(((days + 4) % 7 + 7) % 7);
    parts->tm_hour = (int)(seconds / 3600);
    parts->tm_min = (int)(seconds / 60 % 60);
    parts->tm_sec = (int)(seconds % 60);
    parts->tm_isdst = 0;
    parts->tm_gmtoff = 0;
    parts->tm_zone = "GMT";
    return parts;
}

struct tm __shared_tm;

struct tm* gmtime(const time_t* when) {
    return gmtime_r(when, &__shared_tm);
}

time_t timegm(struct tm* parts) {
    long months = (long)parts->tm_year * 12 + parts->tm_mon, year = months / 12, month = months % 12;
    if (month < 0) {
        month += 12;
        year--;
    }
    year += 1900;
    long from_march = (month + 10) % 12;
    long days = days_to_march(month < 2 ? year - 1 : year) + (153 * from_march + 2) / 5 + parts->tm_mday - 1;
    time_t result = days * 86400 + parts->tm_hour * 3600L + parts->tm_min * 60L + parts->tm_sec;
    return gmtime_r(&result, parts) ? result : -1;
}
