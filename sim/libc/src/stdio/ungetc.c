// ungetc(): steps back in the buffer where the byte is the one just read, else keeps it beside the buffer.
#include <bits/file.h>

int ungetc(int c, FILE* stream) {
    if (c == EOF) return EOF;
    if (!(stream->flags & F_BACKUP)) {
        if (stream->flags & F_WRITING) {
            if (__stdio_flush(stream) == EOF) return EOF;
            stream->flags &= ~F_WRITING;
            stream->write_base = stream->write_pos = stream->write_end = 0;
        } else if (stream->read_pos > stream->buffer && stream->read_pos[-1] == (unsigned char)c) {
            stream->read_pos--;
            stream->flags &= ~F_EOF;
            return (unsigned char)c;
        }
        stream->saved_pos = stream->read_pos;
        stream->saved_end = stream->read_end;
        stream->read_end = stream->read_pos = stream->pushback + sizeof stream->pushback;
        stream->flags |= F_BACKUP | F_ORIENTED;
    }
    if (stream->read_pos == stream->pushback) return EOF;
    *--stream->read_pos = (unsigned char)c;
    stream->flags &= ~F_EOF;
    return (unsigned char)c;
}
