// Streams whose reading and writing is done by functions of the program.
#include <bits/file.h>
#include <errno.h>
#include <stdlib.h>

struct cookie {
    void* theirs;
    ssize_t (*read)(void* cookie, char* to, size_t bytes);
    ssize_t (*write)(void* cookie, const char* from, size_t bytes);
    int (*seek)(void* cookie, off64_t* offset, int whence);
    int (*close)(void* cookie);
};

typedef struct {
    ssize_t (*read)(void* cookie, char* to, size_t bytes);
    ssize_t (*write)(void* cookie, const char* from, size_t bytes);
    int (*seek)(void* cookie, off64_t* offset, int whence);
    int (*close)(void* cookie);
} cookie_io_functions_t;

static ssize_t read_cookie(FILE* stream, char* to, size_t bytes) {
    struct cookie* cookie = stream->cookie;
    return cookie->read ? cookie->read(cookie->theirs, to, bytes) : 0;  // fopencookie(3): always end of file
}

static ssize_t write_cookie(FILE* stream, const char* from, size_t bytes) {
    struct cookie* cookie = stream->cookie;
    // fopencookie(3): without a function the output is discarded; a writer that fails returns 0.
    return cookie->write ? cookie->write(cookie->theirs, from, bytes) : (ssize_t)bytes;
}

static off_t seek_cookie(FILE* stream, off_t offset, int whence) {
    struct cookie* cookie = stream->cookie;
    if (!cookie->seek) {
        errno = EOPNOTSUPP;
        return -1;
    }
    return cookie->seek(cookie->theirs, &offset, whence) < 0 ? -1 : offset;
}

static int close_cookie(FILE* stream) {
    struct cookie* cookie = stream->cookie;
    int result = cookie->close ? cookie->close(cookie->theirs) : 0;
    free(cookie);
    return result;
}

static const struct __stream_operations operations = {read_cookie, write_cookie, seek_cookie, close_cookie};

FILE* fopencookie(void* theirs, const char* mode, cookie_io_functions_t functions) {
    int open_flags, flags = __stdio_mode(mode, &open_flags);
    if (flags < 0) return 0;
    struct cookie* cookie = malloc(sizeof *cookie);
    FILE* stream = cookie ? __stdio_new(-1, flags & ~F_APPEND) : 0;
    if (!stream) {
        free(cookie);
        return 0;
    }
    *cookie = (struct cookie){theirs, functions.read, functions.write, functions.seek, functions.close};
    stream->cookie = cookie;
    stream->operations = &operations;
    return stream;
}
