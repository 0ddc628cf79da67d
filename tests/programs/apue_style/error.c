#include "ourhdr.h"

static void say(int errnoflag, int error, const char *fmt, va_list ap) {
    char buf[MAXLINE];
    vsnprintf(buf, MAXLINE - 1, fmt, ap);
    if (errnoflag) snprintf(buf + strlen(buf), MAXLINE - strlen(buf) - 1, ": %s", strerror(error));
    strcat(buf, "\n");
    fflush(stdout);
    fputs(buf, stdout);
    fflush(NULL);
}

void report(const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    say(1, errno, fmt, ap);
    va_end(ap);
}

void quit_sys(const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    say(1, errno, fmt, ap);
    va_end(ap);
    exit(1);
}

void quit(const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    say(0, 0, fmt, ap);
    va_end(ap);
    exit(1);
}
