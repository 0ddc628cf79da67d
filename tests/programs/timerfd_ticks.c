/* Timers behind a descriptor: one-shot, periodic, absolute, in the past; what a read counts. */
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

static void report(const char *what, long result) {
    printf("%s: %ld%s%s\n", what, result, result < 0 ? " " : "", result < 0 ? strerror(errno) : "");
}

static void show_read(const char *what, int fd) {
    uint64_t ticks = 0;
    ssize_t got = read(fd, &ticks, sizeof ticks);
    if (got < 0)
        printf("%s: %s\n", what, strerror(errno));
    else
        printf("%s: %llu\n", what, (unsigned long long)ticks);
}

static void show_setting(const char *what, int fd) {
    struct itimerspec now;
    timerfd_gettime(fd, &now);
    printf("%s: %s, every %ld s\n", what, now.it_value.tv_sec || now.it_value.tv_nsec ? "armed" : "not armed",
           (long)now.it_interval.tv_sec);
}

int main(void) {
    int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    if (fd < 0) return 1;
    show_setting("new", fd);
    show_read("not armed", fd);
    struct itimerspec once = {{0, 0}, {1000, 0}}, old;
    timerfd_settime(fd, 0, &once, NULL);
    show_setting("armed", fd);
    show_read("not due", fd);
    struct itimerspec soon = {{0, 0}, {0, 1000000}};
    timerfd_settime(fd, 0, &soon, &old);
    printf("before: %d\n", old.it_value.tv_sec > 900 && old.it_value.tv_sec < 1000);
    struct pollfd entry = {fd, POLLIN, 0};
    int count = poll(&entry, 1, -1);
    printf("poll: %d %x\n", count, entry.revents);
    show_setting("expired", fd);
    show_read("expired", fd);
    show_read("read once", fd);
    struct itimerspec off = {{0, 0}, {0, 0}};
    timerfd_settime(fd, 0, &once, NULL);
    timerfd_settime(fd, 0, &off, &old);
    printf("disarmed: %d\n", old.it_value.tv_sec > 900);
    show_setting("disarmed", fd);
    struct itimerspec bad = {{0, 0}, {0, 1000000000}};
    report("bad", timerfd_settime(fd, 0, &bad, NULL));
    report("bad flags", timerfd_settime(fd, 4, &once, NULL));
    char small[4];
    report("short read", read(fd, small, sizeof small));
    uint64_t ticks = 1;
    report("write", write(fd, &ticks, sizeof ticks));
    report("no timer", timerfd_settime(1, 0, &once, NULL));
    report("no clock", timerfd_create(CLOCK_PROCESS_CPUTIME_ID, 0));
    close(fd);

    /* Due 25 s ago and every 10 s: three expirations at once, the next one in 5 s. */
    int real = timerfd_create(CLOCK_REALTIME, 0);
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    struct itimerspec periodic = {{10, 0}, {now.tv_sec - 25, now.tv_nsec}};
    timerfd_settime(real, TFD_TIMER_ABSTIME, &periodic, NULL);
    show_read("overdue", real);
    timerfd_gettime(real, &old);
    printf("next in %s s, every %ld s\n", old.it_value.tv_sec <= 5 ? "at most 5" : "more than 5",
           (long)old.it_interval.tv_sec);
    struct itimerspec quick = {{0, 2000000}, {0, 1}};
    timerfd_settime(real, 0, &quick, NULL);
    uint64_t total = 0;
    while (total < 5) {
        uint64_t some;
        if (read(real, &some, sizeof some) != sizeof some) return 1; /* blocks */
        total += some;
    }
    printf("at least five: %d\n", total >= 5);
    return 0;
}
