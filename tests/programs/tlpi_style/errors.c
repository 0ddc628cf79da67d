#include "errors.h"

#include <stdarg.h>

#include "hdr.h"

#define BUF_SIZE 500

static void output(Boolean use_err, int err, const char *format, va_list ap) {
    char buf[2 * BUF_SIZE + 40], user[BUF_SIZE], text[BUF_SIZE] = ":";
    vsnprintf(user, BUF_SIZE, format, ap);
    if (use_err) snprintf(text, BUF_SIZE, " [%d %.100s]", err, strerror(err));
    snprintf(buf, sizeof buf, "ERROR%s %s\n", text, user);
    fflush(stdout);
    fputs(buf, stdout);
    fflush(stdout);
}

void err_msg(const char *format, ...) {
    va_list ap;
    int saved = errno;
    va_start(ap, format);
    output(TRUE, errno, format, ap);
    va_end(ap);
    errno = saved;
}

void err_exit(const char *format, ...) {
    va_list ap;
    va_start(ap, format);
    output(TRUE, errno, format, ap);
    va_end(ap);
    exit(EXIT_FAILURE);
}

void usage_err(const char *format, ...) {
    va_list ap;
    fflush(stdout);
    printf("Usage: ");
    va_start(ap, format);
    vprintf(format, ap);
    va_end(ap);
    fflush(stdout);
    exit(EXIT_FAILURE);
}
