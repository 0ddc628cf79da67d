// Reading and writing at a position, and in several pieces.
#include <bits/syscall.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

ssize_t pread(int fd, void* buffer, size_t bytes, off_t offset) {
    return CALL4(SYS_pread64, fd, buffer, bytes, offset);
}
ssize_t pwrite(int fd, const void* buffer, size_t bytes, off_t offset) {
    return CALL4(SYS_pwrite64, fd, buffer, bytes, offset);
}
ssize_t readv(int fd, const struct iovec* vectors, int count) {
    return CALL3(SYS_readv, fd, vectors, count);
}
ssize_t writev(int fd, const struct iovec* vectors, int count) {
    return CALL3(SYS_writev, fd, vectors, count);
}
ssize_t preadv(int fd, const struct iovec* vectors, int count, off_t offset) {
    return CALL5(SYS_preadv, fd, vectors, count, offset, 0);
}
ssize_t pwritev(int fd, const struct iovec* vectors, int count, off_t offset) {
    return CALL5(SYS_pwritev, fd, vectors, count, offset, 0);
}
