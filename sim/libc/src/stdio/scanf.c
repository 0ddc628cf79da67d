// scanf() and its relatives from streams.
#include <bits/file.h>
#include <stdarg.h>

int scanf(const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int result = LOCKED(stdin, int, __stdio_scan(stdin, format, &arguments));
    va_end(arguments);
    return result;
}

int fscanf(FILE* stream, const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int result = LOCKED(stream, int, __stdio_scan(stream, format, &arguments));
    va_end(arguments);
    return result;
}

int vfscanf(FILE* stream, const char* format, va_list given) {
    va_list arguments;
    va_copy(arguments, given);
    int result = LOCKED(stream, int, __stdio_scan(stream, format, &arguments));
    va_end(arguments);
    return result;
}

int vscanf(const char* format, va_list given) {
    return vfscanf(stdin, format, given);
}
