// The end of the data segment.
#include <bits/syscall.h>
#include <errno.h>
#include <unistd.h>

int brk(void* end) {
    if ((void*)RAW1(SYS_brk, end) == end) return 0;
    errno = ENOMEM;
    return -1;
}

void* sbrk(long bytes) {
    char* old = (char*)RAW1(SYS_brk, 0);
    if (bytes != 0 && (char*)RAW1(SYS_brk, old + bytes) != old + bytes) {
        errno = ENOMEM;
        return (void*)-1;
    }
    return old;
}
