// Calendar time is UTC: there are no time zones here.
#ifndef _TIME_H
#define _TIME_H

#include <bits/timespec.h>
#include <bits/types.h>

struct sigevent;

struct tm {
    int tm_sec;
    int tm_min;
    int tm_hour;
    int tm_mday;
    int tm_mon;   ///< from 0
    int tm_year;  ///< since 1900
    int tm_wday;  ///< Sunday 0
    int tm_yday;  ///< from 0
    int tm_isdst;
    long tm_gmtoff;
    const char* tm_zone;
};

#define CLOCKS_PER_SEC ((clock_t)1000000)
#define TIME_UTC 1
#define CLOCK_REALTIME 0
#define CLOCK_MONOTONIC 1
#define CLOCK_PROCESS_CPUTIME_ID 2
#define CLOCK_THREAD_CPUTIME_ID 3
#define CLOCK_MONOTONIC_RAW 4
#define CLOCK_REALTIME_COARSE 5
#define CLOCK_MONOTONIC_COARSE 6
#define CLOCK_BOOTTIME 7
#define CLOCK_REALTIME_ALARM 8
#define CLOCK_BOOTTIME_ALARM 9
#define CLOCK_TAI 11
#define TIMER_ABSTIME 1

extern char* tzname[2];
extern long timezone;
extern int daylight;

time_t time(time_t* result);
clock_t clock(void);
double difftime(time_t later, time_t earlier);
time_t mktime(struct tm* parts);
time_t timegm(struct tm* parts);
time_t timelocal(struct tm* parts);
struct tm* gmtime(const time_t* when);
struct tm* gmtime_r(const time_t* when, struct tm* parts);
struct tm* localtime(const time_t* when);
struct tm* localtime_r(const time_t* when, struct tm* parts);
char* asctime(const struct tm* parts);
char* asctime_r(const struct tm* parts, char* text);
char* ctime(const time_t* when);
char* ctime_r(const time_t* when, char* text);
char* strptime(const char* text, const char* format, struct tm* parts);
size_t strftime(char* text, size_t bytes, const char* format, const struct tm* parts);
void tzset(void);
int timespec_get(struct timespec* result, int base);

int nanosleep(const struct timespec* duration, struct timespec* rest);
int clock_gettime(clockid_t clock, struct timespec* result);
int clock_settime(clockid_t clock, const struct timespec* value);
int clock_getres(clockid_t clock, struct timespec* result);
int clock_nanosleep(clockid_t clock, int flags, const struct timespec* duration, struct timespec* rest);
int clock_getcpuclockid(pid_t pid, clockid_t* clock);
int timer_create(clockid_t clock, struct sigevent* event, timer_t* timer);
int timer_delete(timer_t timer);
int timer_settime(timer_t timer, int flags, const struct itimerspec* value, struct itimerspec* old);
int timer_gettime(timer_t timer, struct itimerspec* value);
int timer_getoverrun(timer_t timer);

#endif
