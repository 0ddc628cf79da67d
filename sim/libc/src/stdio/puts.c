// Strings and blocks out.
#include <bits/file.h>

int fputs(const char* text, FILE* stream) {
    size_t length = (size_t)__ipclab_strlen(text);
    return LOCKED(stream, size_t, stream->put(stream, text, length)) == length ? 1 : EOF;
}

int puts(const char* text) {
    size_t length = (size_t)__ipclab_strlen(text);
    FILE* stream = stdout;
    if (!LOCKED(stream, int,
                stream->put(stream, text, length) == length && __stdio_overflow(stream, '\n') != EOF))
        return EOF;
    return length + 1 < 0x7fffffff ? (int)length + 1 : 0x7fffffff;
}

size_t fwrite(const void* block, size_t bytes, size_t count, FILE* stream) {
    size_t wanted = bytes * count;
    if (wanted == 0) return 0;
    size_t done = LOCKED(stream, size_t, stream->put(stream, block, wanted));
    // All of it taken, but the flush after a newline failed: glibc counts that as written.
    if (done == wanted || done == (size_t)EOF) return count;
    return done / bytes;
}

size_t fwrite_unlocked(const void* block, size_t bytes, size_t count, FILE* stream) {
    return fwrite(block, bytes, count, stream);
}

int fputs_unlocked(const char* text, FILE* stream) {
    return fputs(text, stream);
}

int putw(int word, FILE* stream) {
    return fwrite(&word, sizeof word, 1, stream) == 1 ? 0 : EOF;
}
