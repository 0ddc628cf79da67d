// Positions in a stream.
#include <bits/file.h>
#include <bits/mode.h>
#include <bits/stat.h>
#include <bits/syscall.h>
#include <errno.h>

/// Where the program is, from where the kernel is and what is buffered; -1 with errno.
static off_t position(FILE* stream) {
    // Written bytes that wait go to the end of a file that is open for appending.
    int append = (stream->flags & F_APPEND) && stream->write_pos > stream->write_base;
    off_t at = append || stream->offset < 0 ? __stdio_seek_raw(stream, 0, append ? 2 : 1) : stream->offset;
    if (at < 0) return -1;
    if (stream->flags & F_WRITING)
        return at - (append ? 0 : stream->seek_back) + (stream->write_pos - stream->write_base);
    if (stream->flags & F_BACKUP)
        return at - (stream->saved_end - stream->saved_pos) - (stream->read_end - stream->read_pos);
    return at - (stream->read_end - stream->read_pos);
}

off_t ftello(FILE* stream) {
    off_t at = position(stream);
    if (at < 0 && errno == 0) errno = EINVAL;
    return at;
}

long ftell(FILE* stream) {
    return ftello(stream);
}

static void empty_buffer(FILE* stream) {
    stream->read_pos = stream->read_end = stream->buffer;
    stream->write_base = stream->write_pos = stream->write_end = 0;
    stream->flags &= ~(F_EOF | F_WRITING);
}

static int seek_kernel(FILE* stream, off_t offset, int whence) {
    if (__stdio_seek_raw(stream, offset, whence) < 0) return -1;
    empty_buffer(stream);
    return 0;
}

/// Seeks to a block's beginning and reads, as glibc does: `exact` only up to `offset`, else what fills the buffer.
static int seek_by_block(FILE* stream, off_t offset, int exact) {
    off_t block = offset & ~(off_t)(stream->size - 1), ahead = offset - block;
    if (__stdio_seek_raw(stream, block, 0) < 0) return -1;
    if (ahead > (off_t)stream->size) return seek_kernel(stream, offset, 0);
    long got = 0;
    if (ahead > 0) {
        got = RAW3(SYS_read, stream->fd, stream->buffer, exact ? ahead : (long)stream->size);
        if (got < ahead) return seek_kernel(stream, ahead - (got < 0 ? 0 : got), 1);
    }
    empty_buffer(stream);
    stream->offset = block + got;
    stream->read_pos = stream->buffer + ahead;
    stream->read_end = stream->buffer + got;
    return 0;
}

int fseeko(FILE* stream, off_t offset, int whence) {
    struct stat status;
    if (whence < 0 || whence > 2) {
        errno = EINVAL;
        return -1;
    }
    int exact = stream->read_end == stream->buffer && stream->write_pos == stream->write_base;
    if (stream->write_pos > stream->write_base && __stdio_flush(stream) == EOF) return -1;
    if (stream->flags & F_WRITING) empty_buffer(stream);
    if (stream->seek_back > 0) {
        __stdio_seek_raw(stream, -stream->seek_back, 1);
        stream->seek_back = 0;
    }
    if (!stream->buffer) __stdio_buffer(stream);
    int pushed_back = stream->flags & F_BACKUP;
    if (pushed_back) {
        if (whence == 1) offset -= stream->read_end - stream->read_pos;
        __stdio_drop_backup(stream);
    }
    if (stream->operations) {
        if (whence == 1) offset -= stream->read_end - stream->read_pos;
        return seek_kernel(stream, offset, whence);
    }
    if (whence == 1) {
        // from where the program is, not from where reading ahead has led
        offset -= stream->read_end - stream->read_pos;
        if (stream->offset < 0) return seek_kernel(stream, offset, 1);
        offset += stream->offset;
        if (offset < 0) {
            errno = EINVAL;
            return -1;
        }
    } else if (whence == 2) {
        if (RAW4(SYS_newfstatat, stream->fd, "", &status, 0x1000 /* AT_EMPTY_PATH */) < 0 ||
            (status.st_mode & S_IFMT) != S_IFREG)
            return seek_kernel(stream, offset, 2);
        offset += status.st_size;
    }
    off_t known = stream->offset;
    if (known >= 0 && !pushed_back && offset < known &&
        offset >= known - (stream->read_end - stream->buffer)) {
        // within what the buffer holds: no need to read again
        stream->read_pos = stream->read_end - (known - offset);
        stream->flags &= ~F_EOF;
        __stdio_seek_raw(stream, known, 0);
        return 0;
    }
    if ((stream->flags & F_NO_READ) || offset < 0) return seek_kernel(stream, offset, 0);
    return seek_by_block(stream, offset, exact);
}

int fseek(FILE* stream, long offset, int whence) {
    return fseeko(stream, offset, whence);
}

void rewind(FILE* stream) {
    fseeko(stream, 0, 0);
    stream->flags &= ~F_ERROR;
}

struct stored_position {
    long offset;
    long state;
};

int fgetpos(FILE* stream, struct stored_position* to) {
    off_t at = ftello(stream);
    if (at < 0) return -1;
    to->offset = at;
    to->state = 0;
    return 0;
}

int fsetpos(FILE* stream, const struct stored_position* from) {
    return fseeko(stream, from->offset, 0);
}
