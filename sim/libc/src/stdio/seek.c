// Positions in a stream.
#include <bits/file.h>
#include <errno.h>

/// Where the program is, from where the kernel is and what is buffered; -1 with errno.
static off_t position(FILE* stream) {
    // Written bytes that wait go to the end of a file that is open for appending.
    int append = (stream->flags & F_APPEND) && stream->write_pos > stream->write_base;
    off_t at = append || stream->offset < 0 ? __stdio_seek_raw(stream, 0, append ? 2 : 1) : stream->offset;
    if (at < 0) return -1;
    if (stream->flags & F_WRITING) return at - stream->seek_back + (stream->write_pos - stream->write_base);
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

int fseeko(FILE* stream, off_t offset, int whence) {
    if (whence < 0 || whence > 2) {
        errno = EINVAL;
        return -1;
    }
    if (stream->write_pos > stream->write_base && __stdio_flush(stream) == EOF) return -1;
    if (stream->seek_back > 0) {
        __stdio_seek_raw(stream, -stream->seek_back, 1);
        stream->seek_back = 0;
    }
    if (whence == 1) {
        // from where the program is, not from where reading ahead has led
        if (stream->flags & F_BACKUP) {
            offset -= stream->read_end - stream->read_pos;
            __stdio_drop_backup(stream);
        }
        if (!(stream->flags & F_WRITING)) offset -= stream->read_end - stream->read_pos;
    } else if (stream->flags & F_BACKUP) {
        __stdio_drop_backup(stream);
    }
    off_t known = stream->offset;
    if (whence == 0 && known >= 0 && !(stream->flags & F_WRITING) && stream->buffer && !stream->operations &&
        offset < known && offset >= known - (stream->read_end - stream->buffer)) {
        // within what the buffer holds: no need to read again
        stream->read_pos = stream->read_end - (known - offset);
        stream->flags &= ~F_EOF;
        return __stdio_seek_raw(stream, known, 0) < 0 ? -1 : 0;
    }
    if (__stdio_seek_raw(stream, offset, whence) < 0) return -1;
    stream->flags &= ~(F_EOF | F_WRITING);
    stream->write_base = stream->write_pos = stream->write_end = 0;
    stream->read_pos = stream->read_end = stream->buffer;
    return 0;
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
