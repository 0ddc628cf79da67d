// What rt_sigaction(2) takes, which is laid out otherwise than the program's struct sigaction.
#ifndef _BITS_SIGACTION_H
#define _BITS_SIGACTION_H

struct __kernel_sigaction {
    void* handler;
    unsigned long flags;
    void* restorer;
    unsigned long mask;
};

#endif
