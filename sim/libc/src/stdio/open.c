// Opening and closing streams over descriptors.
#include <bits/file.h>
#include <bits/heap.h>
#include <bits/syscall.h>
#include <errno.h>
#include <stdlib.h>

enum { CREATE = 0100, EXCLUSIVE = 0200, TRUNCATE = 01000, APPEND = 02000, CLOSE_ON_EXEC = 02000000 };
enum { AT_CWD = -100, GET_FLAGS = 3, SET_FLAGS = 4, SET_DESCRIPTOR_FLAGS = 2 };

int __stdio_mode(const char* mode, int* open_flags) {
    int flags, access;
    switch (*mode) {
        case 'r':
            flags = F_NO_WRITE;
            access = 0;
            break;
        case 'w':
            flags = F_NO_READ;
            access = 1 | CREATE | TRUNCATE;
            break;
        case 'a':
            flags = F_NO_READ | F_APPEND;
            access = 1 | CREATE | APPEND;
            break;
        default:
            errno = EINVAL;
            return -1;
    }
    for (int i = 1; mode[i] && mode[i] != ',' && i < 7; i++) {
        if (mode[i] == '+') {
            flags &= ~(F_NO_READ | F_NO_WRITE);
            access = (access & ~3) | 2;
        } else if (mode[i] == 'x') {
            access |= EXCLUSIVE;
        } else if (mode[i] == 'e') {
            access |= CLOSE_ON_EXEC;
        }
    }
    *open_flags = access;
    return flags;
}

int fflush(FILE* stream);

FILE* __stdio_new(int fd, int flags) {
    FILE* stream = calloc(1, sizeof(FILE));
    if (!stream) return 0;
    stream->fd = fd;
    stream->flags = flags;
    stream->line_end = -1;
    stream->offset = -1;
    stream->put = __stdio_put;
    stream->allocate = __heap_own;
    stream->next = __open_streams;
    __open_streams = stream;
    __exit_streams = __stdio_exit;
    return stream;
}

FILE* fopen(const char* path, const char* mode) {
    int open_flags, flags = __stdio_mode(mode, &open_flags);
    if (flags < 0) return 0;
    long fd = CALL4(SYS_openat, AT_CWD, path, open_flags, 0666);
    if (fd < 0) return 0;
    FILE* stream = __stdio_new((int)fd, flags);
    if (!stream)
        RAW1(SYS_close, fd);
    else if ((flags & (F_APPEND | F_NO_READ)) == (F_APPEND | F_NO_READ))
        RAW3(SYS_lseek, fd, 0, 2);
    return stream;
}

FILE* fdopen(int fd, const char* mode) {
    int open_flags, flags = __stdio_mode(mode, &open_flags);
    if (flags < 0) return 0;
    long have = CALL3(SYS_fcntl, fd, GET_FLAGS, 0);
    if (have < 0) return 0;
    int access = (int)have & 3;
    if ((access == 0 && !(flags & F_NO_WRITE)) || (access == 1 && !(flags & F_NO_READ))) {
        errno = EINVAL;
        return 0;
    }
    if ((flags & F_APPEND) && !(have & APPEND) && CALL3(SYS_fcntl, fd, SET_FLAGS, have | APPEND) < 0)
        return 0;
    return __stdio_new(fd, flags);
}

/// Gives back all but the FILE itself and the descriptor; 0 or EOF.
static int leave(FILE* stream) {
    int result = stream->write_pos > stream->write_base ? __stdio_flush(stream) : 0;
    if (stream->flags & F_OWN_BUFFER) free(stream->buffer);
    if (stream->operations) {
        if (stream->operations->close && stream->operations->close(stream) < 0) result = EOF;
    } else if (stream->fd >= 0 && CALL1(SYS_close, stream->fd) < 0) {
        result = EOF;
    }
    return result;
}

int fclose(FILE* stream) {
    for (FILE** link = &__open_streams; *link; link = &(*link)->next)
        if (*link == stream) {
            *link = stream->next;
            break;
        }
    int result = leave(stream);
    stream->fd = -1;
    stream->flags |= F_NO_READ | F_NO_WRITE;
    stream->write_pos = stream->write_base = stream->write_end = stream->read_pos = stream->read_end = 0;
    if (!(stream->flags & F_STATIC)) free(stream);
    return result;
}

int fcloseall(void) {
    __stdio_exit();
    return 0;
}

FILE* freopen(const char* path, const char* mode, FILE* stream) {
    int open_flags, flags = __stdio_mode(mode, &open_flags), old_fd = stream->fd;
    int error = 0;
    long fd = -1;
    if (stream->write_pos > stream->write_base) __stdio_flush(stream);
    if (!(stream->flags & F_WRITING)) fflush(stream);
    if (flags < 0) error = errno;
    if (!error && path) {
        fd = RAW4(SYS_openat, AT_CWD, path, open_flags, 0666);
    } else if (!error) {
        // No path: the same file with another mode (glibc opens it again through /proc).
        char name[40] = "/proc/self/fd/", digits[12];
        int at = 14, count = 0, rest = old_fd;
        do digits[count++] = (char)('0' + rest % 10);
        while ((rest /= 10) > 0);
        while (count > 0) name[at++] = digits[--count];
        fd = RAW4(SYS_openat, AT_CWD, name, open_flags, 0666);
    }
    if (!error && fd < 0) error = (int)-fd;
    if (stream->flags & F_OWN_BUFFER) free(stream->buffer);
    stream->write_pos = stream->write_base = stream->write_end = stream->read_pos = stream->read_end = 0;
    stream->buffer = 0;
    stream->line_end = -1;
    stream->offset = -1;
    if (error) {
        if (old_fd >= 0) RAW1(SYS_close, old_fd);
        stream->fd = -1;
        stream->flags |= F_NO_READ | F_NO_WRITE;
        errno = error;
        return 0;
    }
    stream->flags = flags | (stream->flags & F_STATIC);
    stream->operations = 0;
    stream->allocate = __heap_own;  // standard error has no buffer of its own
    if (old_fd >= 0 && fd != old_fd) {
        RAW3(SYS_dup3, fd, old_fd, open_flags & CLOSE_ON_EXEC);
        RAW1(SYS_close, fd);
        fd = old_fd;
    }
    stream->fd = (int)fd;
    return stream;
}
