// A stream's buffer is made at first use, as glibc does: fstat() gives its size (st_blksize, at most BUFSIZ),
// and a terminal makes the stream line-buffered.
#include <bits/file.h>
#include <bits/mode.h>
#include <bits/stat.h>
#include <bits/syscall.h>

enum { TERMINAL_GET = 0x5401 /* TCGETS */, EMPTY_PATH = 0x1000 /* AT_EMPTY_PATH */ };

static int is_terminal(int fd, dev_t device) {
    unsigned long major = (device >> 8 & 0xfff) | (device >> 32 & ~0xfffUL);
    // glibc knows pseudo terminals by their device numbers and asks only the others.
    if (major >= 136 && major <= 143) return 1;
    char terminal[64];
    return RAW3(SYS_ioctl, fd, TERMINAL_GET, terminal) == 0;
}

void __stdio_buffer(FILE* stream) {
    stream->flags |= F_ORIENTED;
    __exit_streams = __stdio_exit;
    if (stream->buffer) return;
    if (stream->flags & F_UNBUFFERED) {
        stream->buffer = &stream->tiny;
        stream->size = 1;
        return;
    }
    size_t size = 8192;
    struct stat status;
    if (stream->fd >= 0 && !stream->operations &&
        RAW4(SYS_newfstatat, stream->fd, "", &status, EMPTY_PATH) == 0) {
        if ((status.st_mode & S_IFMT) == S_IFCHR && is_terminal(stream->fd, status.st_rdev)) {
            stream->flags |= F_LINE;
            stream->line_end = '\n';
        }
        if (status.st_blksize > 0 && status.st_blksize < 8192) size = (size_t)status.st_blksize;
    }
    if (stream->spare) {
        stream->buffer = stream->spare;
    } else {
        stream->buffer = stream->allocate(size);
        stream->flags |= F_OWN_BUFFER;
    }
    if (!stream->buffer) {
        stream->flags = (stream->flags & ~(F_OWN_BUFFER | F_LINE)) | F_UNBUFFERED;
        stream->line_end = -1;
        stream->buffer = &stream->tiny;
        size = 1;
    }
    stream->size = size;
}
