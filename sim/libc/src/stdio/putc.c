// One byte out.
#include <bits/file.h>

static int put(int c, FILE* stream) {
    c = (unsigned char)c;
    if (stream->write_pos < stream->write_end && c != stream->line_end)
        return *stream->write_pos++ = (unsigned char)c;
    return __stdio_overflow(stream, c);
}

int fputc(int c, FILE* stream) {
    c = (unsigned char)c;
    if (stream->write_pos < stream->write_end && c != stream->line_end && !__has_threads)
        return *stream->write_pos++ = (unsigned char)c;
    return LOCKED(stream, int, put(c, stream));
}

int putc(int c, FILE* stream) {
    c = (unsigned char)c;
    if (stream->write_pos < stream->write_end && c != stream->line_end && !__has_threads)
        return *stream->write_pos++ = (unsigned char)c;
    return LOCKED(stream, int, put(c, stream));
}

int putchar(int c) {
    FILE* stream = stdout;
    c = (unsigned char)c;
    if (stream->write_pos < stream->write_end && c != stream->line_end && !__has_threads)
        return *stream->write_pos++ = (unsigned char)c;
    return LOCKED(stream, int, put(c, stream));
}

int fputc_unlocked(int c, FILE* stream) {
    return put(c, stream);
}

int putc_unlocked(int c, FILE* stream) {
    return put(c, stream);
}

int putchar_unlocked(int c) {
    return put(c, stdout);
}
