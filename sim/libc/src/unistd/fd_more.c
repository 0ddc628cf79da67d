// The rarer calls on descriptors.
#include <bits/syscall.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

int fsync(int fd) {
    return (int)CALL1(SYS_fsync, fd);
}
int fdatasync(int fd) {
    return (int)CALL1(SYS_fdatasync, fd);
}
void sync(void) {
    RAW0(SYS_sync);
}
int truncate(const char* path, off_t bytes) {
    return (int)CALL2(SYS_truncate, path, bytes);
}
int ftruncate(int fd, off_t bytes) {
    return (int)CALL2(SYS_ftruncate, fd, bytes);
}
int flock(int fd, int operation) {
    return (int)CALL2(SYS_flock, fd, operation);
}
int close_range(unsigned int first, unsigned int last, int flags) {
    return (int)CALL3(SYS_close_range, first, last, flags);
}
void closefrom(int first) {
    RAW3(SYS_close_range, first < 0 ? 0 : first, ~0U, 0);
}
ssize_t splice(int in, off_t* in_offset, int out, off_t* out_offset, size_t bytes, unsigned int flags) {
    return CALL6(SYS_splice, in, in_offset, out, out_offset, bytes, flags);
}
ssize_t sendfile(int out, int in, off_t* offset, size_t bytes) {
    return CALL4(SYS_sendfile, out, in, offset, bytes);
}
ssize_t copy_file_range(int in, off_t* in_offset, int out, off_t* out_offset, size_t bytes, unsigned int flags) {
    return CALL6(SYS_copy_file_range, in, in_offset, out, out_offset, bytes, flags);
}
ssize_t process_vm_readv(pid_t pid, const struct iovec* local, unsigned long local_count,
                         const struct iovec* remote, unsigned long remote_count, unsigned long flags) {
    return CALL6(SYS_process_vm_readv, pid, local, local_count, remote, remote_count, flags);
}
ssize_t process_vm_writev(pid_t pid, const struct iovec* local, unsigned long local_count,
                          const struct iovec* remote, unsigned long remote_count, unsigned long flags) {
    return CALL6(SYS_process_vm_writev, pid, local, local_count, remote, remote_count, flags);
}
ssize_t tee(int in, int out, size_t bytes, unsigned int flags) {
    return CALL4(SYS_tee, in, out, bytes, flags);
}
ssize_t vmsplice(int fd, const struct iovec* vectors, size_t count, unsigned int flags) {
    return CALL4(SYS_vmsplice, fd, vectors, count, flags);
}
int posix_fadvise(int fd, off_t offset, off_t bytes, int advice) {
    return (int)-RAW4(SYS_fadvise64, fd, offset, bytes, advice);
}
int fallocate(int fd, int mode, off_t offset, off_t bytes) {
    return (int)CALL4(SYS_fallocate, fd, mode, offset, bytes);
}
int posix_fallocate(int fd, off_t offset, off_t bytes) {
    return (int)-RAW4(SYS_fallocate, fd, 0, offset, bytes);
}

int lockf(int fd, int command, off_t bytes) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_CUR, .l_len = bytes};
    switch (command) {
        case F_TEST:
            lock.l_type = F_RDLCK;
            if (CALL3(SYS_fcntl, fd, F_GETLK, &lock) < 0) return -1;
            if (lock.l_type == F_UNLCK || lock.l_pid == RAW0(SYS_getpid)) return 0;
            errno = EACCES;
            return -1;
        case F_ULOCK:
            lock.l_type = F_UNLCK;
            return (int)CALL3(SYS_fcntl, fd, F_SETLK, &lock);
        case F_LOCK:
            return (int)CALL3(SYS_fcntl, fd, F_SETLKW, &lock);
        case F_TLOCK:
            return (int)CALL3(SYS_fcntl, fd, F_SETLK, &lock);
        default:
            errno = EINVAL;
            return -1;
    }
}
