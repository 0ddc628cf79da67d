// perror(): to stderr; where stderr has not been used yet, through a duplicate of its descriptor, so that it
// stays unused (glibc's way, which a trace shows).
#include <bits/file.h>
#include <bits/syscall.h>
#include <errno.h>
#include <stdarg.h>
#include <string.h>

static void print(FILE* stream, const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    __stdio_format(stream, format, &arguments);
    va_end(arguments);
}

void perror(const char* prefix) {
    int error = errno;
    const char* colon = prefix && *prefix ? ": " : "";
    if (!prefix) prefix = "";
    int fd = -1;
    if (!(stderr->flags & F_ORIENTED) && (fd = (int)RAW1(SYS_dup, stderr->fd)) >= 0) {
        long access_mode = RAW3(SYS_fcntl, fd, 3 /* F_GETFL */, 0);
        if (access_mode < 0 || (access_mode & 3) != 2 /* O_RDWR */) {
            RAW1(SYS_close, fd);
            fd = -1;
        }
    }
    if (fd < 0) {
        print(stderr, "%s%s%s\n", prefix, colon, strerror(error));
    } else {
        unsigned char buffer[1024];
        FILE copy = {.line_end = -1, .fd = fd, .offset = -1, .put = __stdio_put, .spare = buffer};
        __stdio_buffer(&copy);
        if (copy.size > sizeof buffer) copy.size = sizeof buffer;
        print(&copy, "%s%s%s\n", prefix, colon, strerror(error));
        __stdio_flush(&copy);
        stderr->flags |= copy.flags & F_ERROR;
        RAW1(SYS_close, fd);
    }
    errno = error;
}
