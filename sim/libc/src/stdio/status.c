// What a stream says about itself.
#include <bits/file.h>
#include <errno.h>

int feof(FILE* stream) {
    return (stream->flags & F_EOF) != 0;
}

int ferror(FILE* stream) {
    return (stream->flags & F_ERROR) != 0;
}

void clearerr(FILE* stream) {
    stream->flags &= ~(F_EOF | F_ERROR);
}

int fileno(FILE* stream) {
    if (stream->fd < 0) {
        errno = EBADF;
        return -1;
    }
    return stream->fd;
}

int feof_unlocked(FILE* stream) {
    return feof(stream);
}

int ferror_unlocked(FILE* stream) {
    return ferror(stream);
}

void clearerr_unlocked(FILE* stream) {
    clearerr(stream);
}

int fileno_unlocked(FILE* stream) {
    return fileno(stream);
}
