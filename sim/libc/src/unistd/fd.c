// Descriptors.
#include <bits/syscall.h>
#include <unistd.h>

int close(int fd) {
    return (int)CALL1(SYS_close, fd);
}
int dup(int fd) {
    return (int)CALL1(SYS_dup, fd);
}
int dup2(int from, int to) {
    return (int)CALL2(SYS_dup2, from, to);
}
int dup3(int from, int to, int flags) {
    return (int)CALL3(SYS_dup3, from, to, flags);
}
int pipe(int fds[2]) {
    return (int)CALL2(SYS_pipe2, fds, 0);
}
int pipe2(int fds[2], int flags) {
    return (int)CALL2(SYS_pipe2, fds, flags);
}
off_t lseek(int fd, off_t offset, int whence) {
    return CALL3(SYS_lseek, fd, offset, whence);
}
