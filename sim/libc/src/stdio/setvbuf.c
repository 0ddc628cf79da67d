// Choosing how a stream is buffered.
#include <bits/file.h>

static void take_buffer(FILE* stream, unsigned char* buffer, size_t size) {
    // What waits in the old buffer goes out first; bytes that were read ahead move along.
    if (stream->write_pos > stream->write_base) __stdio_flush(stream);
    stream->buffer = buffer;
    stream->size = size;
    stream->flags &= ~(F_WRITING | F_OWN_BUFFER);
    stream->write_base = stream->write_pos = stream->write_end = 0;
    stream->read_pos = stream->read_end = buffer;
}

int setvbuf(FILE* stream, char* buffer, int mode, size_t bytes) {
    if (mode < 0 || mode > 2) return -1;
    __exit_streams = __stdio_exit;
    if (mode == 2) {
        take_buffer(stream, &stream->tiny, 1);
        stream->flags = (stream->flags & ~F_LINE) | F_UNBUFFERED;
        stream->line_end = -1;
        return 0;
    }
    if (stream->flags & F_UNBUFFERED) {
        if (stream->write_pos > stream->write_base) __stdio_flush(stream);
        stream->flags &= ~(F_UNBUFFERED | F_WRITING);
        stream->buffer = 0;
        stream->write_base = stream->write_pos = stream->write_end = stream->read_pos = stream->read_end = 0;
    }
    if (!buffer && !stream->buffer) __stdio_buffer(stream);
    if (buffer && bytes > 0) take_buffer(stream, (unsigned char*)buffer, bytes);
    stream->flags &= ~F_LINE;
    stream->line_end = -1;
    if (mode == 1) {
        stream->flags |= F_LINE;
        stream->line_end = '\n';
    }
    return 0;
}

void setbuffer(FILE* stream, char* buffer, size_t bytes) {
    setvbuf(stream, buffer, buffer ? 0 : 2, bytes);
}

void setbuf(FILE* stream, char* buffer) {
    setvbuf(stream, buffer, buffer ? 0 : 2, 8192);
}

void setlinebuf(FILE* stream) {
    setvbuf(stream, 0, 1, 0);
}
