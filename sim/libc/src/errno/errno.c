// errno, one for each thread, and how a system call's result becomes one.
#include <bits/thread.h>

int* __errno_location(void) {
    return &THREAD_SELF->error;
}

long __syscall_result(long result) {
    if ((unsigned long)result >= -4095UL) {
        THREAD_SELF->error = (int)-result;
        return -1;
    }
    return result;
}
