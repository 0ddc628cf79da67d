#ifndef _SYS_SELECT_H
#define _SYS_SELECT_H

#include <bits/sigset.h>
#include <bits/timespec.h>
#include <bits/types.h>

#define FD_SETSIZE 1024
#define NFDBITS 64
typedef long fd_mask;
typedef struct {
    long fds_bits[16];
} fd_set;

#define FD_SET(fd, set) ((void)((set)->fds_bits[(fd) / NFDBITS] |= (long)(1UL << ((fd) % NFDBITS))))
#define FD_CLR(fd, set) ((void)((set)->fds_bits[(fd) / NFDBITS] &= ~(long)(1UL << ((fd) % NFDBITS))))
#define FD_ISSET(fd, set) (((set)->fds_bits[(fd) / NFDBITS] & (long)(1UL << ((fd) % NFDBITS))) != 0)
#define FD_ZERO(set) ((void)__ipclab_memset((set), 0, sizeof(fd_set)))

int select(int count, fd_set* readable, fd_set* writable, fd_set* exceptional, struct timeval* timeout);
int pselect(int count, fd_set* readable, fd_set* writable, fd_set* exceptional,
            const struct timespec* timeout, const sigset_t* mask);

#endif
