/* What a run leaves behind, as far as it is looked at: kinds and limits, for both kernels. C and C++.
 *
 * Whatever a program does, a run leaves a bounded report: what is beyond a limit is only counted, and both kernels leave
 * out the same. */
#pragma once

enum {
    LEFT_MESSAGE_QUEUE, /* numbers: key, mode, capacity in bytes, messages; parts: messages with their types */
    LEFT_SEMAPHORE_SET, /* key, mode, semaphores; parts: their values */
    LEFT_SEGMENT,       /* key, mode, bytes, attachments; one part: its bytes */
    LEFT_POSIX_QUEUE,   /* mode, most messages, bytes of a message, messages; parts: messages with their priorities */
    LEFT_REGULAR_FILE,  /* mode, links, bytes; one part: its bytes */
    LEFT_DIRECTORY,     /* mode, entries */
    LEFT_FIFO,          /* mode, links */
    LEFT_SOCKET,        /* mode, links */
    LEFT_SYMLINK,       /* -, links, bytes; one part: where it leads */
    LEFT_OTHER,         /* mode, links */
    LEFT_TOO_MANY,      /* how many there are of what is called so: more than LEFT_MOST_OF_A_KIND, none is listed */
    LEFT_UNWAITED,      /* a process that its parent never waited for: process, how it ended */
    LEFT_OUTLIVING,     /* a process that outlived the first one: process */
};

/* What is looked into: where a toy program may write, on both kernels. */
#define LEFT_DIRECTORIES "/home/student", "/tmp", "/dev/shm"

#define LEFT_NUMBERS 4
#define LEFT_MOST_OBJECTS 1000    /* of a run */
#define LEFT_MOST_OF_A_KIND 64    /* System V objects of a kind, POSIX queues, entries of a directory */
#define LEFT_MOST_PARTS 64        /* messages of a queue, semaphores of a set */
#define LEFT_MOST_BYTES 16384     /* of a file, a segment, a message: from its beginning */
#define LEFT_DEEPEST 8            /* directories within each other that are looked into, the outermost included */
#define LEFT_MOST_SEGMENT_BYTES (64ul << 20) /* of a bigger segment no byte is looked at */
