// Lines in.
#include <bits/file.h>

static char* get(char* line, int bytes, FILE* stream) {
    if (bytes <= 0) return 0;
    char* to = line;
    size_t left = (size_t)bytes - 1;
    int old_error = stream->flags & F_ERROR;
    stream->flags &= ~F_ERROR;
    while (left > 0) {
        if (stream->read_pos >= stream->read_end && __stdio_underflow(stream) == EOF) break;
        size_t part = (size_t)(stream->read_end - stream->read_pos);
        if (part > left) part = left;
        unsigned char* newline = __ipclab_memchr(stream->read_pos, '\n', part);
        if (newline) part = (size_t)(newline - stream->read_pos) + 1;
        __ipclab_memcpy(to, stream->read_pos, part);
        stream->read_pos += part;
        to += part;
        left -= part;
        if (newline) break;
    }
    int failed = bytes > 1 && (to == line || (stream->flags & F_ERROR));
    stream->flags |= old_error;
    if (failed) return 0;
    *to = 0;
    return line;
}

char* fgets(char* line, int bytes, FILE* stream) {
    return LOCKED(stream, char*, get(line, bytes, stream));
}

char* fgets_unlocked(char* line, int bytes, FILE* stream) {
    return get(line, bytes, stream);
}
