// Flushing streams, and what exit() does with them.
#include <bits/file.h>
#include <bits/syscall.h>
#include <errno.h>

static int sync_input(FILE* stream) {
    if (stream->flags & F_BACKUP) __stdio_drop_backup(stream);
    long ahead = stream->read_end - stream->read_pos;
    if (ahead <= 0) return 0;
    // POSIX fflush(): the file offset moves back to the first byte that was not read; a pipe cannot, which is
    // no error.
    if (__stdio_seek_raw(stream, -ahead, 1) >= 0)
        stream->read_end = stream->read_pos;
    else if (errno != ESPIPE)
        return EOF;
    return 0;
}

int __stdio_flush_all(void) {
    int result = 0;
    for (FILE* stream = __open_streams; stream; stream = stream->next)
        if (stream->write_pos > stream->write_base && __stdio_flush(stream) == EOF) result = EOF;
    return result;
}

void __stdio_exit(void) {
    __stdio_flush_all();
    int saved = errno;
    for (FILE* stream = __open_streams; stream; stream = stream->next)
        if (!(stream->flags & (F_UNBUFFERED | F_WRITING)) && (stream->flags & F_ORIENTED)) sync_input(stream);
    errno = saved;
}

static int flush(FILE* stream) {
    if (stream->write_pos > stream->write_base) return __stdio_flush(stream);
    if (stream->flags & F_WRITING) return 0;
    return sync_input(stream);
}

int fflush(FILE* stream) {
    return stream ? LOCKED(stream, int, flush(stream)) : __stdio_flush_all();
}

int fflush_unlocked(FILE* stream) {
    return stream ? flush(stream) : __stdio_flush_all();
}

void _flushlbf(void) {
    for (FILE* stream = __open_streams; stream; stream = stream->next)
        if ((stream->flags & F_LINE) && stream->write_pos > stream->write_base) __stdio_flush(stream);
}
