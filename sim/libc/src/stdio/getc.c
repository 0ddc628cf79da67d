// One byte in.
#include <bits/file.h>

int fgetc(FILE* stream) {
    if (stream->read_pos < stream->read_end) return *stream->read_pos++;
    return __stdio_get(stream);
}

int getc(FILE* stream) {
    if (stream->read_pos < stream->read_end) return *stream->read_pos++;
    return __stdio_get(stream);
}

int getchar(void) {
    FILE* stream = stdin;
    if (stream->read_pos < stream->read_end) return *stream->read_pos++;
    return __stdio_get(stream);
}

int getc_unlocked(FILE* stream) {
    return fgetc(stream);
}

int fgetc_unlocked(FILE* stream) {
    return fgetc(stream);
}

int getchar_unlocked(void) {
    return getchar();
}
