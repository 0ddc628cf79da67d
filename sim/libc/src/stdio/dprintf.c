// printf() to a descriptor: a stream for the length of the call.
#include <bits/file.h>
#include <bits/syscall.h>
#include <errno.h>
#include <stdarg.h>

int vdprintf(int fd, const char* format, va_list given) {
    unsigned char buffer[8192];
    FILE stream = {.line_end = -1, .fd = fd, .offset = -1, .put = __stdio_put};
    stream.spare = buffer;
    // glibc looks for the file's position first; a descriptor that is not open ends it
    __stdio_buffer(&stream);
    if (stream.size > sizeof buffer) stream.size = sizeof buffer;
    long position = RAW3(SYS_lseek, fd, 0, 1);
    if (position < 0 && position != -ESPIPE) {
        errno = (int)-position;
        return -1;
    }
    va_list arguments;
    va_copy(arguments, given);
    int result = __stdio_format(&stream, format, &arguments);
    va_end(arguments);
    if (__stdio_flush(&stream) == EOF) return EOF;
    return result;
}

int dprintf(int fd, const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int result = vdprintf(fd, format, arguments);
    va_end(arguments);
    return result;
}
