// Reading from a stream.
#include <bits/file.h>
#include <bits/syscall.h>
#include <errno.h>

static ssize_t read_some(FILE* stream, void* to, size_t bytes) {
    long got;
    if (!stream->operations)
        got = CALL3(SYS_read, stream->fd, to, bytes);
    else
        got = stream->operations->read ? stream->operations->read(stream, to, bytes) : 0;
    if (got <= 0)
        stream->flags |= got == 0 ? F_EOF : F_ERROR;
    else if (stream->offset >= 0)
        stream->offset += got;
    return got;
}

int __stdio_underflow(FILE* stream) {
    if (stream->flags & F_BACKUP) {
        __stdio_drop_backup(stream);
        if (stream->read_pos < stream->read_end) return *stream->read_pos;
    }
    if (stream->flags & F_EOF) return EOF;  // end of file stays, until clearerr()
    if (stream->flags & F_NO_READ) {
        stream->flags |= F_ERROR;
        errno = EBADF;
        return EOF;
    }
    if (stream->read_pos < stream->read_end) return *stream->read_pos;
    if (!stream->buffer) __stdio_buffer(stream);
    // Reading from a terminal or an unbuffered stream first shows what was printed, where stdout is a
    // terminal too.
    if ((stream->flags & (F_LINE | F_UNBUFFERED)) && (stdout->flags & F_LINE) &&
        stdout->write_pos > stdout->write_base)
        __stdio_flush(stdout);
    if (stream->flags & F_WRITING) {
        if (__stdio_flush(stream) == EOF) return EOF;
        stream->flags &= ~F_WRITING;
        stream->write_base = stream->write_pos = stream->write_end = 0;
    }
    stream->read_pos = stream->read_end = stream->buffer;
    ssize_t got = read_some(stream, stream->buffer, stream->size);
    if (got <= 0) return EOF;
    stream->read_end = stream->buffer + got;
    return *stream->read_pos;
}

int __stdio_get(FILE* stream) {
    if (stream->read_pos < stream->read_end) return *stream->read_pos++;
    int c = __stdio_underflow(stream);
    if (c != EOF) stream->read_pos++;
    return c;
}

static size_t read_block(void* block, size_t bytes, size_t count, FILE* stream) {
    size_t wanted = bytes * count, left = wanted;
    char* to = block;
    if (wanted == 0) return 0;
    if (!stream->buffer) __stdio_buffer(stream);
    while (left > 0) {
        size_t have = (size_t)(stream->read_end - stream->read_pos);
        if (have > 0) {
            size_t part = have < left ? have : left;
            __ipclab_memcpy(to, stream->read_pos, part);
            stream->read_pos += part;
            to += part;
            left -= part;
            continue;
        }
        if ((stream->flags & (F_BACKUP | F_WRITING | F_NO_READ)) || left < stream->size) {
            if (__stdio_underflow(stream) == EOF) break;
            continue;
        }
        // Whole blocks go straight to the program.
        ssize_t got = read_some(stream, to, stream->size >= 128 ? left - left % stream->size : left);
        if (got <= 0) break;
        stream->read_pos = stream->read_end = stream->buffer;
        to += got;
        left -= (size_t)got;
    }
    return left == 0 ? count : (wanted - left) / bytes;
}

size_t fread(void* block, size_t bytes, size_t count, FILE* stream) {
    return LOCKED(stream, size_t, read_block(block, bytes, count, stream));
}

size_t fread_unlocked(void* block, size_t bytes, size_t count, FILE* stream) {
    return read_block(block, bytes, count, stream);
}

int getw(FILE* stream) {
    int word;
    return fread(&word, sizeof word, 1, stream) == 1 ? word : EOF;
}
