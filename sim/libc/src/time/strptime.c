// Dates from text, in the C locale.
#include <ctype.h>
#include <string.h>
#include <strings.h>
#include <time.h>

static const char days[7][10] = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
static const char months[12][10] = {"January", "February", "March",     "April",   "May",      "June",
                                    "July",    "August",   "September", "October", "November", "December"};

/// What has been seen of a date: the rest of it follows.
struct seen {
    int century, year_of_century;  // -1: not seen
    int hour_of_12, is_pm;
    int date, month, month_day, year_day, week_day;
};

/// A number of at most `digits` digits in [least, most]; null where there is none.
static const char* number(const char* text, int digits, int least, int most, int* value) {
    while (*text == ' ') text++;
    if (!isdigit((unsigned char)*text)) return 0;
    *value = 0;
    for (int i = 0; i < digits && isdigit((unsigned char)*text); i++) *value = *value * 10 + (*text++ - '0');
    return *value < least || *value > most ? 0 : text;
}

/// One of the names, whole or its first three letters.
static const char* named(const char* text, const char names[][10], int count, int* value) {
    for (int i = 0; i < count; i++) {
        size_t length = strlen(names[i]);
        if (strncasecmp(text, names[i], length) != 0) length = 3;
        if (strncasecmp(text, names[i], length) != 0) continue;
        *value = i;
        return text + length;
    }
    return 0;
}

static int day_of_year(int year, int month, int day) {
    static const int before[12] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
    int is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return before[month] + (is_leap && month > 1) + day - 1;
}

static int week_day(int year, int year_day) {
    int before = year - 1;  // 1 January of year 1 was a Monday
    return (1 + before * 365 + before / 4 - before / 100 + before / 400 + year_day) % 7;
}

static const char* zone(const char* text, struct tm* parts) {
    while (*text == ' ') text++;
    if (*text == 'Z') {
        parts->tm_gmtoff = 0;
        return text + 1;
    }
    if (*text != '+' && *text != '-') return 0;
    int sign = *text++ == '-' ? -1 : 1, value = 0, digits = 0;
    while (digits < 4 && isdigit((unsigned char)*text)) {
        value = value * 10 + (*text++ - '0');
        if (++digits == 2 && *text == ':') text++;
    }
    if (digits == 2) value *= 100;
    if ((digits != 2 && digits != 4) || value % 100 >= 60) return 0;
    parts->tm_gmtoff = sign * (value / 100 * 3600L + value % 100 * 60L);
    return text;
}

static const char* parse(const char* text, const char* format, struct tm* parts, struct seen* seen) {
    int value;
    for (; *format; format++) {
        if (isspace((unsigned char)*format)) {
            while (isspace((unsigned char)*text)) text++;
            continue;
        }
        if (*format != '%') {
            if (*text++ != *format) return 0;
            continue;
        }
        format++;
        while (*format == 'E' || *format == 'O' || *format == '_' || *format == '-' || *format == '0' ||
               *format == '^' || *format == '#')
            format++;
        switch (*format) {
            case '%':
                if (*text++ != '%') return 0;
                break;
            case 'a':
            case 'A':
                text = named(text, days, 7, &parts->tm_wday);
                seen->week_day = 1;
                break;
            case 'b':
            case 'B':
            case 'h':
                text = named(text, months, 12, &parts->tm_mon);
                seen->date = seen->month = 1;
                break;
            case 'c':
                text = parse(text, "%a %b %e %H:%M:%S %Y", parts, seen);
                break;
            case 'C':
                text = number(text, 2, 0, 99, &seen->century);
                break;
            case 'd':
            case 'e':
                text = number(text, 2, 1, 31, &parts->tm_mday);
                seen->date = seen->month_day = 1;
                break;
            case 'x':
            case 'D':
                text = parse(text, "%m/%d/%y", parts, seen);
                break;
            case 'F':
                text = parse(text, "%Y-%m-%d", parts, seen);
                break;
            case 'H':
            case 'k':
                text = number(text, 2, 0, 23, &parts->tm_hour);
                seen->hour_of_12 = 0;
                break;
            case 'I':
            case 'l':
                text = number(text, 2, 1, 12, &value);
                parts->tm_hour = value % 12;
                seen->hour_of_12 = 1;
                break;
            case 'j':
                text = number(text, 3, 1, 366, &value);
                parts->tm_yday = value - 1;
                seen->year_day = 1;
                break;
            case 'm':
                text = number(text, 2, 1, 12, &value);
                parts->tm_mon = value - 1;
                seen->date = seen->month = 1;
                break;
            case 'M':
                text = number(text, 2, 0, 59, &parts->tm_min);
                break;
            case 'n':
            case 't':
                while (isspace((unsigned char)*text)) text++;
                break;
            case 'p':
            case 'P':
                if (strncasecmp(text, "AM", 2) != 0 && strncasecmp(text, "PM", 2) != 0) return 0;
                seen->is_pm = toupper((unsigned char)*text) == 'P';
                text += 2;
                break;
            case 'r':
                text = parse(text, "%I:%M:%S %p", parts, seen);
                break;
            case 'R':
                text = parse(text, "%H:%M", parts, seen);
                break;
            case 's': {
                time_t when = 0;
                if (!isdigit((unsigned char)*text)) return 0;
                while (isdigit((unsigned char)*text)) when = when * 10 + (*text++ - '0');
                localtime_r(&when, parts);
                break;
            }
            case 'S':
                text = number(text, 2, 0, 61, &parts->tm_sec);
                break;
            case 'X':
            case 'T':
                text = parse(text, "%H:%M:%S", parts, seen);
                break;
            case 'u':
                text = number(text, 1, 1, 7, &value);
                parts->tm_wday = value % 7;
                seen->week_day = 1;
                break;
            case 'w':
                text = number(text, 1, 0, 6, &parts->tm_wday);
                seen->week_day = 1;
                break;
            case 'U':
            case 'W':
            case 'V':
                text = number(text, 2, 0, 53, &value);
                break;
            case 'g':
                text = number(text, 2, 0, 99, &value);
                break;
            case 'G':
                text = number(text, 4, 0, 9999, &value);
                break;
            case 'y':
                text = number(text, 2, 0, 99, &seen->year_of_century);
                break;
            case 'Y':
                text = number(text, 4, 0, 9999, &value);
                parts->tm_year = value - 1900;
                seen->date = 1;
                break;
            case 'z':
                text = zone(text, parts);
                break;
            case 'Z':
                break;
            default:
                return 0;
        }
        if (!text) return 0;
    }
    return text;
}

char* strptime(const char* text, const char* format, struct tm* parts) {
    struct seen seen = {-1, -1, 0, 0, 0, 0, 0, 0, 0};
    text = parse(text, format, parts, &seen);
    if (!text) return 0;
    if (seen.hour_of_12 && seen.is_pm) parts->tm_hour += 12;
    if (seen.century >= 0 || seen.year_of_century >= 0) {
        int year = seen.year_of_century < 0 ? (parts->tm_year + 1900) % 100 : seen.year_of_century;
        // strptime(3): %y alone means 1969 to 2068
        int century = seen.century >= 0 ? seen.century : year < 69 ? 20 : 19;
        parts->tm_year = century * 100 + year - 1900;
        seen.date = 1;
    }
    if (seen.date && !seen.year_day && parts->tm_mon >= 0 && parts->tm_mon < 12)
        parts->tm_yday =
            day_of_year(parts->tm_year + 1900, parts->tm_mon, parts->tm_mday > 0 ? parts->tm_mday : 1);
    if (seen.year_day && !seen.month) {  // as glibc: the day of the year gives the date
        int month = 11, year = parts->tm_year + 1900;
        while (month > 0 && day_of_year(year, month, 1) > parts->tm_yday) month--;
        parts->tm_mon = month;
        if (!seen.month_day) parts->tm_mday = parts->tm_yday - day_of_year(year, month, 1) + 1;
    }
    if ((seen.date || seen.year_day) && !seen.week_day)
        parts->tm_wday = week_day(parts->tm_year + 1900, parts->tm_yday);
    return (char*)text;
}
