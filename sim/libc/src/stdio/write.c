// Writing to a stream. When and in which pieces the bytes reach the kernel is glibc's way, because programs
// can see it: what fits goes to the buffer; when the rest does not fit, the buffer is written, then whole
// blocks directly.
#include <bits/file.h>
#include <bits/syscall.h>
#include <errno.h>

size_t __stdio_write(FILE* stream, const char* bytes, size_t count) {
    if (stream->seek_back > 0) {
        // bytes that were read ahead: the write belongs where reading stopped, or at the end
        if (!(stream->flags & F_APPEND)) __stdio_seek_raw(stream, -stream->seek_back, 1);
        stream->seek_back = 0;
    }
    size_t left = count;
    while (left > 0) {
        long done;
        if (!stream->operations)
            done = CALL3(SYS_write, stream->fd, bytes, left);
        else
            done = stream->operations->write ? stream->operations->write(stream, bytes, left) : (long)left;
        if (done < 0) {
            stream->flags |= F_ERROR;
            break;
        }
        if (done == 0) break;
        left -= (size_t)done;
        bytes += done;
    }
    if (stream->offset >= 0) stream->offset += (off_t)(count - left);
    return count - left;
}

off_t __stdio_seek_raw(FILE* stream, off_t offset, int whence) {
    if (stream->operations) {
        if (!stream->operations->seek) {
            errno = ESPIPE;
            return -1;
        }
        stream->offset = stream->operations->seek(stream, offset, whence);
    } else {
        stream->offset = CALL3(SYS_lseek, stream->fd, offset, whence);
    }
    return stream->offset;
}

int __stdio_flush(FILE* stream) {
    size_t waiting = (size_t)(stream->write_pos - stream->write_base);
    if (waiting == 0) return 0;
    const char* from = (const char*)stream->write_base;
    // What cannot be written is dropped, as glibc does.
    stream->write_pos = stream->write_base = stream->buffer;
    return __stdio_write(stream, from, waiting) == waiting ? 0 : EOF;
}

int __stdio_overflow(FILE* stream, int c) {
    if (stream->flags & F_NO_WRITE) {
        stream->flags |= F_ERROR;
        errno = EBADF;
        return EOF;
    }
    if (!(stream->flags & F_WRITING) || !stream->buffer) {
        if (!stream->buffer) __stdio_buffer(stream);
        if (stream->flags & F_BACKUP) __stdio_drop_backup(stream);
        stream->seek_back = stream->read_end - stream->read_pos;
        stream->read_pos = stream->read_end = stream->buffer;
        stream->write_base = stream->write_pos = stream->buffer;
        stream->write_end = stream->flags & F_UNBUFFERED ? stream->buffer : stream->buffer + stream->size;
        stream->flags = (stream->flags & ~F_EOF) | F_WRITING;
    }
    if (c == EOF) return __stdio_flush(stream);
    if (stream->write_pos == stream->buffer + stream->size && __stdio_flush(stream) == EOF) return EOF;
    *stream->write_pos++ = (unsigned char)c;
    if ((stream->flags & F_UNBUFFERED) || c == stream->line_end)
        if (__stdio_flush(stream) == EOF) return EOF;
    return (unsigned char)c;
}

size_t __stdio_put(FILE* stream, const char* bytes, size_t count) {
    if (count == 0) return 0;
    size_t left = count, room = (size_t)(stream->write_end - stream->write_pos);
    int flush = 0;
    if (stream->line_end >= 0 && room >= count) {
        for (const char* p = bytes + count; p > bytes;)
            if (*--p == '\n') {
                room = (size_t)(p - bytes) + 1;
                flush = 1;
                break;
            }
    }
    if (room > left) room = left;
    if (room > 0) {
        __ipclab_memcpy(stream->write_pos, bytes, room);
        stream->write_pos += room;
        bytes += room;
        left -= room;
    }
    if (left == 0 && !flush) return count;
    if (__stdio_overflow(stream, EOF) == EOF) return left == 0 ? (size_t)EOF : count - left;
    size_t whole = left - (stream->size >= 128 ? left % stream->size : 0);
    if (whole > 0) {
        size_t written = __stdio_write(stream, bytes, whole);
        left -= written;
        if (written < whole) return count - left;
        bytes += written;
    }
    if (stream->line_end < 0 || !__ipclab_memchr(bytes, '\n', left)) {
        __ipclab_memcpy(stream->write_pos, bytes, left);
        stream->write_pos += left;
        return count;
    }
    for (; left > 0; left--)
        if (__stdio_overflow(stream, (unsigned char)*bytes++) == EOF) return count - left;
    return count;
}
