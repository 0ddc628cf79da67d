// stdio_ext(3): looking into a stream.
#include <bits/file.h>

size_t __fbufsize(FILE* stream) {
    return stream->size;
}
size_t __fpending(FILE* stream) {
    return (size_t)(stream->write_pos - stream->write_base);
}
int __flbf(FILE* stream) {
    return (stream->flags & F_LINE) != 0;
}
int __freadable(FILE* stream) {
    return !(stream->flags & F_NO_READ);
}
int __fwritable(FILE* stream) {
    return !(stream->flags & F_NO_WRITE);
}
int __freading(FILE* stream) {
    return (stream->flags & F_NO_WRITE) || (!(stream->flags & F_WRITING) && stream->buffer);
}
int __fwriting(FILE* stream) {
    return (stream->flags & (F_NO_READ | F_WRITING)) != 0;
}
void __fpurge(FILE* stream) {
    if (stream->flags & F_BACKUP) __stdio_drop_backup(stream);
    stream->write_pos = stream->write_base;
    stream->read_pos = stream->read_end;
}
