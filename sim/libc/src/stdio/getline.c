// Lines of any length in.
#include <bits/file.h>
#include <errno.h>
#include <stdlib.h>

static ssize_t get_until(char** line, size_t* bytes, int delimiter, FILE* stream) {
    if (!line || !bytes) {
        errno = EINVAL;
        return -1;
    }
    if (!*line || *bytes == 0) {
        char* first = realloc(*line, 120);
        if (!first) return -1;
        *line = first;
        *bytes = 120;
    }
    size_t length = 0;
    for (;;) {
        if (stream->read_pos >= stream->read_end && __stdio_underflow(stream) == EOF) break;
        size_t part = (size_t)(stream->read_end - stream->read_pos);
        unsigned char* found = __ipclab_memchr(stream->read_pos, delimiter & 255, part);
        if (found) part = (size_t)(found - stream->read_pos) + 1;
        size_t needed = length + part + 1;
        if (needed > *bytes) {
            if (needed < 2 * *bytes) needed = 2 * *bytes;
            char* moved = realloc(*line, needed);
            if (!moved) return -1;
            *line = moved;
            *bytes = needed;
        }
        __ipclab_memcpy(*line + length, stream->read_pos, part);
        stream->read_pos += part;
        length += part;
        if (found) break;
    }
    if (length == 0) return -1;
    (*line)[length] = 0;
    return (ssize_t)length;
}

ssize_t getdelim(char** line, size_t* bytes, int delimiter, FILE* stream) {
    return LOCKED(stream, ssize_t, get_until(line, bytes, delimiter, stream));
}

ssize_t getline(char** line, size_t* bytes, FILE* stream) {
    return LOCKED(stream, ssize_t, get_until(line, bytes, '\n', stream));
}
