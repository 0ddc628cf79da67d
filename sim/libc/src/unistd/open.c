// open() and fcntl(): the kernel gets the third argument whether it is there or not.
#include <bits/syscall.h>
#include <fcntl.h>
#include <stdarg.h>

static mode_t mode_argument(int flags, va_list* arguments) {
    return flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE ? va_arg(*arguments, mode_t) : 0;
}

int open(const char* path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = mode_argument(flags, &arguments);
    va_end(arguments);
    return (int)CALL4(SYS_openat, AT_FDCWD, path, flags, mode);
}

int openat(int dir, const char* path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = mode_argument(flags, &arguments);
    va_end(arguments);
    return (int)CALL4(SYS_openat, dir, path, flags, mode);
}

int creat(const char* path, mode_t mode) {
    return (int)CALL2(SYS_creat, path, mode);
}

int fcntl(int fd, int command, ...) {
    va_list arguments;
    va_start(arguments, command);
    long argument = 0;
    switch (command) {
        case F_GETFD:
        case F_GETFL:
        case F_GETOWN:
        case F_GETSIG:
        case F_GETLEASE:
        case F_GETPIPE_SZ:
        case F_GET_SEALS:
            break;
        case F_GETLK:
        case F_SETLK:
        case F_SETLKW:
        case F_OFD_GETLK:
        case F_OFD_SETLK:
        case F_OFD_SETLKW:
        case F_GETOWN_EX:
        case F_SETOWN_EX:
            argument = (long)va_arg(arguments, void*);
            break;
        default:
            argument = va_arg(arguments, int);
    }
    va_end(arguments);
    return (int)CALL3(SYS_fcntl, fd, command, argument);
}
