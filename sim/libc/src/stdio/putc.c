// One byte out.
#include <bits/file.h>

int fputc(int c, FILE* stream) {
    c = (unsigned char)c;
    if (stream->write_pos < stream->write_end && c != stream->line_end)
        return *stream->write_pos++ = (unsigned char)c;
    return __stdio_overflow(stream, c);
}

int putc(int c, FILE* stream) {
    c = (unsigned char)c;
    if (stream->write_pos < stream->write_end && c != stream->line_end)
        return *stream->write_pos++ = (unsigned char)c;
    return __stdio_overflow(stream, c);
}

int putchar(int c) {
    FILE* stream = stdout;
    c = (unsigned char)c;
    if (stream->write_pos < stream->write_end && c != stream->line_end)
        return *stream->write_pos++ = (unsigned char)c;
    return __stdio_overflow(stream, c);
}

int fputc_unlocked(int c, FILE* stream) {
    return fputc(c, stream);
}

int putc_unlocked(int c, FILE* stream) {
    return fputc(c, stream);
}

int putchar_unlocked(int c) {
    return putchar(c);
}
