// Dates as text, in the C locale.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char days[7][10] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                 "Thursday", "Friday", "Saturday"};
static const char months[12][10] = {"January", "February", "March",     "April",   "May",      "June",
                                    "July",    "August",   "September", "October", "November", "December"};
static char shared[64];

static const char* day_name(const struct tm* parts) {
    return parts->tm_wday < 0 || parts->tm_wday > 6 ? "?" : days[parts->tm_wday];
}

static const char* month_name(const struct tm* parts) {
    return parts->tm_mon < 0 || parts->tm_mon > 11 ? "?" : months[parts->tm_mon];
}

char* asctime_r(const struct tm* parts, char* text) {
    sprintf(text, "%.3s %.3s%3d %.2d:%.2d:%.2d %d\n", *day_name(parts) == '?' ? "???" : day_name(parts),
            *month_name(parts) == '?' ? "???" : month_name(parts), parts->tm_mday, parts->tm_hour,
            parts->tm_min, parts->tm_sec, 1900 + parts->tm_year);
    return text;
}

char* asctime(const struct tm* parts) {
    return asctime_r(parts, shared);
}

char* ctime_r(const time_t* when, char* text) {
    struct tm parts;
    return localtime_r(when, &parts) ? asctime_r(&parts, text) : 0;
}

char* ctime(const time_t* when) {
    return ctime_r(when, shared);
}

static int is_leap(long year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/// ISO 8601: week 1 is the one with the year's first Thursday; *year becomes the year that the week belongs
/// to.
static int iso_week(const struct tm* parts, long* year) {
    int from_monday = (parts->tm_wday + 6) % 7;
    int week = (parts->tm_yday - from_monday + 10) / 7;
    *year = 1900L + parts->tm_year;
    if (week < 1) {
        (*year)--;
        int last_day = parts->tm_yday + (is_leap(*year) ? 366 : 365);
        return (last_day - from_monday + 10) / 7;
    }
    if (week == 53 && (parts->tm_yday - from_monday + 3) >= (is_leap(*year) ? 366 : 365)) {
        (*year)++;
        return 1;
    }
    return week;
}

size_t strftime(char* text, size_t bytes, const char* format, const struct tm* parts) {
    size_t length = 0;
    char piece[80];
    long year = 1900L + parts->tm_year;
    int hour12 = parts->tm_hour % 12 == 0 ? 12 : parts->tm_hour % 12;
    const char* half = parts->tm_hour < 12 ? "AM" : "PM";
    for (; *format; format++) {
        const char* from = piece;
        if (*format != '%') {
            piece[0] = *format;
            piece[1] = 0;
        } else {
            char pad = 0;
            int upper = 0, width = 0;
            const char* start = format++;
            for (; *format == '_' || *format == '-' || *format == '0' || *format == '^' || *format == '#';
                 format++) {
                if (*format == '^')
                    upper = 1;
                else if (*format == '#')
                    upper = 2;
                else
                    pad = *format;
            }
            for (; *format >= '0' && *format <= '9'; format++) width = width * 10 + (*format - '0');
            if (*format == 'E' || *format == 'O') format++;
            long number = -1, week_year;
            int digits = 2;
            char fill = '0';
            switch (*format) {
                case 'a':
                    snprintf(piece, sizeof piece, "%.3s", day_name(parts));
                    break;
                case 'A':
                    from = day_name(parts);
                    break;
                case 'b':
                case 'h':
                    snprintf(piece, sizeof piece, "%.3s", month_name(parts));
                    break;
                case 'B':
                    from = month_name(parts);
                    break;
                case 'c':
                    strftime(piece, sizeof piece, "%a %b %e %H:%M:%S %Y", parts);
                    break;
                case 'C':
                    number = year / 100 - (year % 100 < 0);
                    digits = 1;
                    break;
                case 'd':
                    number = parts->tm_mday;
                    break;
                case 'D':
                case 'x':
                    strftime(piece, sizeof piece, "%m/%d/%y", parts);
                    break;
                case 'e':
                    number = parts->tm_mday;
                    fill = ' ';
                    break;
                case 'F':
                    strftime(piece, sizeof piece, "%Y-%m-%d", parts);
                    break;
                case 'g':
                    iso_week(parts, &week_year);
                    number = week_year % 100;
                    break;
                case 'G':
                    iso_week(parts, &number);
                    digits = 1;
                    break;
                case 'H':
                    number = parts->tm_hour;
                    break;
                case 'I':
                    number = hour12;
                    break;
                case 'j':
                    number = parts->tm_yday + 1;
                    digits = 3;
                    break;
                case 'k':
                    number = parts->tm_hour;
                    fill = ' ';
                    break;
                case 'l':
                    number = hour12;
                    fill = ' ';
                    break;
                case 'm':
                    number = parts->tm_mon + 1;
                    break;
                case 'M':
                    number = parts->tm_min;
                    break;
                case 'n':
                    from = "\n";
                    break;
                case 'p':
                    from = upper == 2 ? parts->tm_hour < 12 ? "am" : "pm" : half;
                    break;
                case 'P':
                    from = parts->tm_hour < 12 ? "am" : "pm";
                    break;
                case 'r':
                    strftime(piece, sizeof piece, "%I:%M:%S %p", parts);
                    break;
                case 'R':
                    strftime(piece, sizeof piece, "%H:%M", parts);
                    break;
                case 's': {
                    struct tm copy = *parts;
                    snprintf(piece, sizeof piece, "%ld", mktime(&copy));
                    break;
                }
                case 'S':
                    number = parts->tm_sec;
                    break;
                case 't':
                    from = "\t";
                    break;
                case 'T':
                case 'X':
                    strftime(piece, sizeof piece, "%H:%M:%S", parts);
                    break;
                case 'u':
                    number = parts->tm_wday == 0 ? 7 : parts->tm_wday;
                    digits = 1;
                    break;
                case 'U':
                    number = (parts->tm_yday - parts->tm_wday + 7) / 7;
                    break;
                case 'V':
                    number = iso_week(parts, &week_year);
                    break;
                case 'w':
                    number = parts->tm_wday;
                    digits = 1;
                    break;
                case 'W':
                    number = (parts->tm_yday - (parts->tm_wday + 6) % 7 + 7) / 7;
                    break;
                case 'y':
                    number = (year % 100 + 100) % 100;
                    break;
                case 'Y':
                    number = year;
                    digits = 1;
                    break;
                case 'z':
                    if (parts->tm_isdst < 0) {
                        from = "";
                    } else {
                        const long minutes = labs(parts->tm_gmtoff) / 60;
                        snprintf(piece, sizeof piece, "%c%02ld%02ld", parts->tm_gmtoff < 0 ? '-' : '+', minutes / 60,
                                 minutes % 60);
                    }
                    break;
                case 'Z':
                    from = parts->tm_zone ? parts->tm_zone : "";
                    break;
                case '%':
                    from = "%";
                    break;
                default:
                    // what is not known is copied
                    snprintf(piece, sizeof piece, "%.*s", (int)(format - start) + (*format != 0), start);
                    if (*format == 0) format--;
            }
            if (number >= 0 || *format == 'Y' || *format == 'G') {
                if (pad == '_') fill = ' ';
                if (pad == '0') fill = '0';
                if (width > digits) digits = width < 70 ? width : 70;
                if (pad == '-') digits = 1;
                snprintf(piece, sizeof piece, fill == '0' ? "%0*ld" : "%*ld", digits, number);
            }
            if (upper && from != piece && *format != 'p') from = strcpy(piece, from);
            for (char* p = piece; upper && from == piece && *p; p++)
                if (*p >= 'a' && *p <= 'z') *p = (char)(*p - 32);
        }
        size_t count = strlen(from);
        if (length + count >= bytes) return 0;
        memcpy(text + length, from, count);
        length += count;
    }
    if (bytes == 0) return 0;
    text[length] = 0;
    return length;
}
