// Reading and writing descriptors.
#include <bits/thread.h>
#include <unistd.h>

ssize_t read(int fd, void* buffer, size_t bytes) {
    return CHECKED(CANCELLABLE(RAW3(SYS_read, fd, buffer, bytes)));
}
ssize_t write(int fd, const void* buffer, size_t bytes) {
    return CHECKED(CANCELLABLE(RAW3(SYS_write, fd, buffer, bytes)));
}
