// Path names that match a pattern: glob(3). Directories are read by the library itself: GLOB_ALTDIRFUNC is not there.
#ifndef _GLOB_H
#define _GLOB_H

#include <features.h>
#include <stddef.h>

#define GLOB_ERR 1
#define GLOB_MARK 2
#define GLOB_NOSORT 4
#define GLOB_DOOFFS 8
#define GLOB_NOCHECK 16
#define GLOB_APPEND 32
#define GLOB_NOESCAPE 64
#define GLOB_PERIOD 128
#define GLOB_BRACE 1024
#define GLOB_NOMAGIC 2048
#define GLOB_TILDE 4096
#define GLOB_ONLYDIR 8192
#define GLOB_TILDE_CHECK 16384

#define GLOB_NOSPACE 1
#define GLOB_ABORTED 2
#define GLOB_NOMATCH 3

typedef struct {
    size_t gl_pathc;
    char** gl_pathv;
    size_t gl_offs;
    int gl_flags;
    void* __unused[5];
} glob_t;

int glob(const char* pattern, int flags, int (*error)(const char* path, int number), glob_t* found);
void globfree(glob_t* found);

#endif
