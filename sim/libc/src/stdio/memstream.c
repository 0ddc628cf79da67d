// Streams in memory: fmemopen() over the program's buffer, open_memstream() over one that grows.
#include <bits/file.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct memory {
    char* bytes;
    size_t room, end, at;  ///< [0, end) is the contents
    int binary, append, own;
    char** text;  ///< open_memstream: where the program looks
    size_t* size;
};

static ssize_t read_memory(FILE* stream, char* to, size_t bytes) {
    struct memory* memory = stream->cookie;
    if (memory->at >= memory->end) return 0;
    size_t left = memory->end - memory->at;
    if (bytes > left) bytes = left;
    memcpy(to, memory->bytes + memory->at, bytes);
    memory->at += bytes;
    return (ssize_t)bytes;
}

static ssize_t write_memory(FILE* stream, const char* from, size_t bytes) {
    struct memory* memory = stream->cookie;
    if (memory->append) memory->at = memory->end;
    // a terminating null byte is written where it fits, and not in binary mode
    int with_null = !memory->binary && (bytes == 0 || from[bytes - 1] != 0);
    if (memory->at + bytes + (size_t)with_null > memory->room) {
        if (memory->at + (size_t)with_null >= memory->room) {
            errno = ENOSPC;
            return 0;
        }
        bytes = memory->room - memory->at - (size_t)with_null;
    }
    memcpy(memory->bytes + memory->at, from, bytes);
    memory->at += bytes;
    if (memory->at > memory->end) {
        memory->end = memory->at;
        if (with_null) memory->bytes[memory->end] = 0;
    }
    return (ssize_t)bytes;
}

static ssize_t grow_memory(FILE* stream, const char* from, size_t bytes) {
    struct memory* memory = stream->cookie;
    size_t needed = memory->at + bytes + 1;
    if (needed > memory->room) {
        size_t room = needed > 2 * memory->room ? needed : 2 * memory->room;
        char* bigger = realloc(memory->bytes, room);
        if (!bigger) return -1;
        memset(bigger + memory->room, 0, room - memory->room);
        memory->bytes = bigger;
        memory->room = room;
    }
    memcpy(memory->bytes + memory->at, from, bytes);
    memory->at += bytes;
    if (memory->at > memory->end) {
        memory->end = memory->at;
        memory->bytes[memory->end] = 0;
    }
    *memory->text = memory->bytes;
    *memory->size = memory->at < memory->end ? memory->at : memory->end;
    return (ssize_t)bytes;
}

static off_t seek_memory(FILE* stream, off_t offset, int whence) {
    struct memory* memory = stream->cookie;
    off_t base = whence == 0 ? 0 : whence == 1 ? (off_t)memory->at : (off_t)memory->end;
    off_t to = base + offset;
    if (to < 0 || (!memory->text && (size_t)to > memory->room)) {
        errno = EINVAL;
        return -1;
    }
    memory->at = (size_t)to;
    if (memory->text) *memory->size = memory->at < memory->end ? memory->at : memory->end;
    return to;
}

static int close_memory(FILE* stream) {
    struct memory* memory = stream->cookie;
    // as glibc: what was written up to the position stays, with a null byte behind it
    if (memory->text && memory->at < memory->room) memory->bytes[memory->at] = 0;
    if (memory->own) free(memory->bytes);
    free(memory);
    return 0;
}

static const struct __stream_operations fixed = {read_memory, write_memory, seek_memory, close_memory};
static const struct __stream_operations growing = {0, grow_memory, seek_memory, close_memory};

static FILE* make(struct memory* memory, int flags, const struct __stream_operations* operations) {
    FILE* stream = __stdio_new(-1, flags);
    if (!stream) return 0;
    stream->cookie = memory;
    stream->operations = operations;
    return stream;
}

FILE* fmemopen(void* buffer, size_t bytes, const char* mode) {
    int open_flags, flags = __stdio_mode(mode, &open_flags);
    if (flags < 0) return 0;
    struct memory* memory = calloc(1, sizeof *memory);
    if (!memory) return 0;
    memory->own = !buffer;
    memory->bytes = buffer ? buffer : calloc(1, bytes ? bytes : 1);
    memory->room = bytes;
    memory->binary = strchr(mode, 'b') != 0;
    memory->append = *mode == 'a';
    if (*mode == 'w' && bytes > 0) memory->bytes[0] = 0;
    memory->end = *mode == 'r' && memory->binary ? bytes : *mode == 'w' ? 0 : strnlen(memory->bytes, bytes);
    if (*mode == 'r' && !memory->binary) memory->end = bytes;
    if (memory->append) memory->at = memory->end;
    FILE* stream = make(memory, flags & ~F_APPEND, &fixed);
    if (!stream) {
        if (memory->own) free(memory->bytes);
        free(memory);
    }
    return stream;
}

FILE* open_memstream(char** text, size_t* size) {
    struct memory* memory = calloc(1, sizeof *memory);
    if (!memory) return 0;
    memory->room = 1;
    memory->bytes = calloc(1, 1);
    memory->text = text;
    memory->size = size;
    FILE* stream = memory->bytes ? make(memory, F_NO_READ, &growing) : 0;
    if (!stream) {
        free(memory->bytes);
        free(memory);
        return 0;
    }
    *text = memory->bytes;
    *size = 0;
    return stream;
}
