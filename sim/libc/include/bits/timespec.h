// struct timespec and struct timeval, as the kernel has them.
#ifndef _BITS_TIMESPEC_H
#define _BITS_TIMESPEC_H

struct timespec {
    long tv_sec;
    long tv_nsec;
};
struct timeval {
    long tv_sec;
    long tv_usec;
};
struct itimerspec {
    struct timespec it_interval;
    struct timespec it_value;
};

#endif
