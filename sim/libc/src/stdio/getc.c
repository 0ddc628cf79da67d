// One byte in.
#include <bits/file.h>

int fgetc(FILE* stream) {
    if (stream->read_pos < stream->read_end && !__has_threads) return *stream->read_pos++;
    return LOCKED(stream, int, __stdio_get(stream));
}

int getc(FILE* stream) {
    if (stream->read_pos < stream->read_end && !__has_threads) return *stream->read_pos++;
    return LOCKED(stream, int, __stdio_get(stream));
}

int getchar(void) {
    FILE* stream = stdin;
    if (stream->read_pos < stream->read_end && !__has_threads) return *stream->read_pos++;
    return LOCKED(stream, int, __stdio_get(stream));
}

int getc_unlocked(FILE* stream) {
    return __stdio_get(stream);
}

int fgetc_unlocked(FILE* stream) {
    return __stdio_get(stream);
}

int getchar_unlocked(void) {
    return __stdio_get(stdin);
}
