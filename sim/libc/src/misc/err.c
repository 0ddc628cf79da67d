// err(3).
#include <err.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void report(const char* format, va_list arguments, int error) {
    fprintf(stderr, "%s: ", program_invocation_short_name);
    if (format) vfprintf(stderr, format, arguments);
    if (error >= 0) fprintf(stderr, format ? ": %s" : "%s", strerror(error));
    fputs("\n", stderr);
}

void vwarn(const char* format, va_list arguments) {
    int error = errno;
    report(format, arguments, error);
    errno = error;
}

void vwarnx(const char* format, va_list arguments) {
    report(format, arguments, -1);
}

_Noreturn void verr(int status, const char* format, va_list arguments) {
    report(format, arguments, errno);
    exit(status);
}

_Noreturn void verrx(int status, const char* format, va_list arguments) {
    report(format, arguments, -1);
    exit(status);
}

void warn(const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vwarn(format, arguments);
    va_end(arguments);
}

void warnx(const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vwarnx(format, arguments);
    va_end(arguments);
}

_Noreturn void err(int status, const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    verr(status, format, arguments);
}

_Noreturn void errx(int status, const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    verrx(status, format, arguments);
}
