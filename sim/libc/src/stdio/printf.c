// printf() and its relatives to streams.
#include <bits/file.h>
#include <stdarg.h>

int printf(const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int result = LOCKED(stdout, int, __stdio_format(stdout, format, &arguments));
    va_end(arguments);
    return result;
}

int fprintf(FILE* stream, const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int result = LOCKED(stream, int, __stdio_format(stream, format, &arguments));
    va_end(arguments);
    return result;
}

int vfprintf(FILE* stream, const char* format, va_list given) {
    va_list arguments;
    va_copy(arguments, given);
    int result = LOCKED(stream, int, __stdio_format(stream, format, &arguments));
    va_end(arguments);
    return result;
}

int vprintf(const char* format, va_list given) {
    return vfprintf(stdout, format, given);
}
