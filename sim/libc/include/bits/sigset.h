// sigset_t: 1024 bits to programs, as in glibc; the kernel looks at the first 64.
#ifndef _BITS_SIGSET_H
#define _BITS_SIGSET_H

typedef struct {
    unsigned long __val[16];
} sigset_t;

#endif
