// Local time. A zone is what TZ says in POSIX's form (tzset(3)): "CET-1CEST,M3.5.0,M10.5.0/3". Without TZ it is UTC; there
// are no files of zones.
#include <bits/heap.h>
#include <bits/zone.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 15, HOUR = 3600, DAY = 86400 };

/// A day of the year at which the clock changes, and the second of that day.
struct change {
    enum { JULIAN, ZERO_BASED, MONTHLY } kind;  ///< "J60" (never counts 29 February), "59", "M3.5.0"
    int month, week, day;
    long second;
};

char* tzname[2] = {"UTC", "UTC"};
long timezone;
int daylight;

static char names[2][LONGEST + 1] = {"UTC", "UTC"};
static long east[2];  ///< of UTC, in seconds: standard time, and summer time
static struct change changes[2];  ///< to summer time, and back
static char* parsed;  ///< the value of TZ that all this comes from
static int is_known;

static int is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static int is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// "CET", or anything in angle brackets; 0 where it is too short.
static int parse_name(const char** at, char* name) {
    const int is_quoted = **at == '<';
    if (is_quoted) ++*at;
    int length = 0;
    for (char c; (c = **at) && (is_quoted ? c != '>' : is_letter(c)); ++*at)
        if (length < LONGEST) name[length++] = c;
    name[length] = 0;
    if (is_quoted && **at == '>') ++*at;
    return length >= 3;
}

static int parse_number(const char** at, int most) {
    int value = 0;
    if (!is_digit(**at)) return -1;
    for (; is_digit(**at); ++*at)
        if (value <= most) value = value * 10 + (**at - '0');
    return value <= most ? value : -1;
}

/// [+-]hh[:mm[:ss]] in seconds; 0 where there is none.
static int parse_time(const char** at, int most_hours, long* seconds) {
    const int sign = **at == '-' ? -1 : 1;
    if (**at == '-' || **at == '+') ++*at;
    long sum = 0;
    for (int unit = HOUR, most = most_hours;; unit /= 60, most = 59) {
        const int value = parse_number(at, most);
        if (value < 0) return 0;
        sum += (long)value * unit;
        if (unit == 1 || **at != ':') break;
        ++*at;
    }
    *seconds = sign * sum;
    return 1;
}

static int parse_change(const char** at, struct change* change) {
    if (**at == 'M') {
        ++*at;
        change->kind = MONTHLY;
        change->month = parse_number(at, 12);
        if (*(*at)++ != '.') return 0;
        change->week = parse_number(at, 5);
        if (*(*at)++ != '.') return 0;
        change->day = parse_number(at, 6);
        if (change->month < 1 || change->week < 1 || change->day < 0) return 0;
    } else {
        change->kind = **at == 'J' ? JULIAN : ZERO_BASED;
        if (change->kind == JULIAN) ++*at;
        change->day = parse_number(at, 365);
        if (change->day < (change->kind == JULIAN)) return 0;
    }
    change->second = 2 * HOUR;
    if (**at != '/') return 1;
    ++*at;
    return parse_time(at, 167, &change->second);
}

/// glibc keeps what it could read of a zone that is written wrongly: its name, and no distance from UTC.
static void parse(const char* at) {
    strcpy(names[0], "UTC");
    strcpy(names[1], "UTC");
    east[0] = east[1] = 0;
    daylight = 0;
    if (*at == ':') at++;
    if (!*at) return;
    char name[LONGEST + 1];
    const int is_named = parse_name(&at, name);
    strcpy(names[0], is_named ? name : "");
    names[1][0] = 0;
    // Every system has these two as files.
    if (!*at && (strcmp(name, "UTC") == 0 || strcmp(name, "GMT") == 0)) strcpy(names[1], name);
    long west;
    if (!is_named || !parse_time(&at, 24, &west)) return;
    strcpy(names[1], name);
    east[0] = east[1] = -west;
    if (!*at || !parse_name(&at, name)) return;
    strcpy(names[1], name);
    east[1] = east[0] + HOUR;
    if (*at && *at != ',' && parse_time(&at, 24, &west)) east[1] = -west;
    daylight = 1;
    if (!*at) at = ",M3.2.0,M11.1.0";
    for (int i = 0; i < 2; i++)
        if (*at++ != ',' || !parse_change(&at, &changes[i])) {
            daylight = 0;
            return;
        }
}

void tzset(void) {
    const char* now = getenv("TZ");
    if (!now) now = "";
    if (!is_known || strcmp(now, parsed) != 0) {
        parse(now);
        free(parsed);
        parsed = __heap_keep(strdup(now));
        is_known = parsed != 0;
    }
    tzname[0] = names[0];
    tzname[1] = names[1];
    timezone = -east[0];
}

/// In that year, in seconds since 1970 by the clock of the zone.
static long second_of_change(const struct change* change, int year) {
    struct tm first = {.tm_year = year - 1900, .tm_mday = 1};
    if (change->kind == MONTHLY) first.tm_mon = change->month - 1;
    const long begin = timegm(&first);
    const int is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    long days = change->day;
    if (change->kind == JULIAN) days = change->day - 1 + (is_leap && change->day >= 60);
    if (change->kind == MONTHLY) {
        static const char lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
        const int length = lengths[first.tm_mon] + (is_leap && first.tm_mon == 1);
        days = (change->day - first.tm_wday + 7) % 7 + 7 * (change->week - 1);
        if (days >= length) days -= 7;  // week 5: the last one
    }
    return begin + days * DAY + change->second;
}

static int is_summer(time_t when) {
    struct tm utc;
    if (!daylight || !gmtime_r(&when, &utc)) return 0;
    const long begin = second_of_change(&changes[0], utc.tm_year + 1900) - east[0];
    const long end = second_of_change(&changes[1], utc.tm_year + 1900) - east[1];
    return begin < end ? when >= begin && when < end : when >= begin || when < end;
}

static struct tm* to_local(const time_t* when, struct tm* parts) {
    const int summer = is_summer(*when);
    time_t there;
    if (__builtin_add_overflow(*when, east[summer], &there)) {
        errno = EOVERFLOW;
        return 0;
    }
    if (!gmtime_r(&there, parts)) return 0;
    parts->tm_isdst = summer;
    parts->tm_gmtoff = east[summer];
    parts->tm_zone = tzname[summer];
    return parts;
}

/// POSIX does not ask localtime_r() to look at TZ again, and glibc's does not.
struct tm* localtime_r(const time_t* when, struct tm* parts) {
    if (!is_known) tzset();
    return to_local(when, parts);
}

struct tm* localtime(const time_t* when) {
    tzset();
    return to_local(when, &__shared_tm);
}

static long last_east;  ///< of the last result of mktime()

/// A time whose local form is `there`. An hour that the clock shows twice is the one that is nearer to the last result, as
/// glibc has it; one that it leaves out is taken by the summer's clock.
static time_t search(time_t there) {
    time_t now = there - last_east, before = now, earlier = now;
    for (int was_summer = 0;;) {
        const int summer = is_summer(now);
        const time_t next = there - east[summer];
        if (next == now || (now == earlier && now != before && was_summer <= summer)) break;
        earlier = before;
        before = now;
        now = next;
        was_summer = summer;
    }
    return now;
}

time_t mktime(struct tm* parts) {
    tzset();
    struct tm copy = *parts;
    const time_t there = timegm(&copy);
    time_t result = search(there);
    const int wanted = parts->tm_isdst > 0;
    // glibc: where there is no summer time, it would be an hour.
    if (parts->tm_isdst >= 0 && wanted != is_summer(result))
        result = daylight ? there - east[wanted] : result - HOUR;
    last_east = there - result;
    return to_local(&result, parts) ? result : -1;
}

time_t timelocal(struct tm* parts) {
    return mktime(parts);
}
