// What a FILE is, for the library's own sources: a descriptor or a set of operations, with one buffer that is
// either being filled (writing) or being emptied (reading).
//
// Writing: [write_base, write_pos) waits to be written; putting a byte below write_end that is not line_end
// needs no call. Reading: [read_pos, read_end) is still to be read. While there are pushed-back bytes
// (ungetc), read_pos points into pushback and the buffer's own pair is in saved_pos, saved_end.
#ifndef _BITS_FILE_H
#define _BITS_FILE_H

#include <bits/types.h>

struct __FILE;

/// Operations of a stream that is no descriptor (memory, cookies). All return -1 with errno on failure.
struct __stream_operations {
    ssize_t (*read)(struct __FILE* stream, char* to, size_t bytes);
    ssize_t (*write)(struct __FILE* stream, const char* from, size_t bytes);
    off_t (*seek)(struct __FILE* stream, off_t offset, int whence);
    int (*close)(struct __FILE* stream);
};

struct __FILE {
    unsigned char *write_pos, *write_end, *write_base;
    unsigned char *read_pos, *read_end;
    int line_end;  ///< '\n' where the stream is line-buffered, else -1: the byte that makes putc() look
                   ///< closer
    int flags;
    int fd;   ///< -1: none
    int pid;  ///< popen(): the child
    unsigned char* buffer;
    size_t size;
    /// Adds bytes; returns how many were taken. String streams have their own.
    size_t (*put)(struct __FILE* stream, const char* bytes, size_t count);
    const struct __stream_operations* operations;  ///< null: system calls on fd
    void* cookie;
    unsigned char* spare;  ///< memory for the buffer; null: take it from allocate
    void* (*allocate)(size_t bytes);
    unsigned char *saved_pos, *saved_end;
    long seek_back;       ///< writing after reading: bytes read ahead that the next write must give back
    off_t offset;         ///< where the kernel's file offset is known to be; -1: not known
    struct __FILE* next;  ///< the list of open streams, newest first
    int lock;             ///< futex word: 0 free, 1 taken, 2 taken and waited for
    void* lock_owner;     ///< the thread that holds it
    int lock_depth;
    unsigned char tiny;  ///< the buffer of an unbuffered stream
    unsigned char pushback[16];
};

typedef struct __FILE FILE;

enum {
    F_NO_READ = 1,
    F_NO_WRITE = 2,
    F_EOF = 4,
    F_ERROR = 8,
    F_UNBUFFERED = 16,
    F_LINE = 32,
    F_APPEND = 64,
    F_OWN_BUFFER = 128,  ///< the buffer goes back to the heap on close
    F_WRITING = 256,
    F_BACKUP = 512,     ///< read_pos is in pushback
    F_ORIENTED = 1024,  ///< has been used
    F_STATIC = 2048,    ///< stdin, stdout, stderr: closing does not free the FILE
    F_ALLOCATED_FILE = 4096
};

#define EOF (-1)

extern int __has_threads;
void flockfile(struct __FILE* stream);
void funlockfile(struct __FILE* stream);
/// The value of an expression that works on a stream: by one thread at a time (flockfile(3)).
#define LOCKED(stream, type, expression) \
    ({ \
        FILE* __locked = __has_threads ? (stream) : 0; \
        if (__locked) flockfile(__locked); \
        type __value = (expression); \
        if (__locked) funlockfile(__locked); \
        __value; \
    })

extern FILE *stdin, *stdout, *stderr;
extern FILE* __open_streams;  ///< head of the list

/// Gives the stream its buffer, at first use: its size from st_blksize, line-buffered on a terminal.
void __stdio_buffer(FILE* stream);
/// Writes what waits; 0 or EOF.
int __stdio_flush(FILE* stream);
/// Makes room by writing, then adds `c`; with EOF only makes ready for writing and flushes.
int __stdio_overflow(FILE* stream, int c);
size_t __stdio_put(FILE* stream, const char* bytes, size_t count);
/// One write() or operation for all of it, repeated while it is taken in parts; returns bytes written.
size_t __stdio_write(FILE* stream, const char* bytes, size_t count);
/// Reads into the buffer; the next byte, which stays unread, or EOF.
int __stdio_underflow(FILE* stream);
/// Next byte or EOF.
int __stdio_get(FILE* stream);
/// What exit() does with the open streams.
void __stdio_exit(void);
/// Flushes all streams that wait to write; 0 or EOF.
int __stdio_flush_all(void);
/// Leaves reading (drops pushed-back bytes).
void __stdio_drop_backup(FILE* stream);
/// printf() and scanf() themselves.
int __stdio_format(FILE* stream, const char* format, __va_list* arguments);
int __stdio_scan(FILE* stream, const char* format, __va_list* arguments);
/// 'r', 'w' or 'a' with modifiers as open flags and F_NO_READ, F_NO_WRITE, F_APPEND; -1 with EINVAL.
int __stdio_mode(const char* mode, int* open_flags);
FILE* __stdio_new(int fd, int flags);
off_t __stdio_seek_raw(FILE* stream, off_t offset, int whence);

/// Called by exit() after the atexit functions; set when a stream is first used, so that a program without
/// stdio does not carry it.
extern void (*__exit_streams)(void);

#endif
