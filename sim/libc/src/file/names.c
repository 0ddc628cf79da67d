// Making, removing and linking names.
#include <bits/syscall.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

int unlink(const char* path) {
    return (int)CALL1(SYS_unlink, path);
}
int unlinkat(int dir, const char* path, int flags) {
    return (int)CALL3(SYS_unlinkat, dir, path, flags);
}
int rmdir(const char* path) {
    return (int)CALL1(SYS_rmdir, path);
}
int mkdir(const char* path, mode_t mode) {
    return (int)CALL2(SYS_mkdir, path, mode);
}
int mkdirat(int dir, const char* path, mode_t mode) {
    return (int)CALL3(SYS_mkdirat, dir, path, mode);
}
int mknod(const char* path, mode_t mode, dev_t device) {
    return (int)CALL4(SYS_mknodat, AT_FDCWD, path, mode, device);
}
int mknodat(int dir, const char* path, mode_t mode, dev_t device) {
    return (int)CALL4(SYS_mknodat, dir, path, mode, device);
}
int mkfifo(const char* path, mode_t mode) {
    return (int)CALL4(SYS_mknodat, AT_FDCWD, path, mode | S_IFIFO, 0);
}
int mkfifoat(int dir, const char* path, mode_t mode) {
    return (int)CALL4(SYS_mknodat, dir, path, mode | S_IFIFO, 0);
}
int link(const char* from, const char* to) {
    return (int)CALL2(SYS_link, from, to);
}
int linkat(int from_dir, const char* from, int to_dir, const char* to, int flags) {
    return (int)CALL5(SYS_linkat, from_dir, from, to_dir, to, flags);
}
int symlink(const char* target, const char* path) {
    return (int)CALL2(SYS_symlink, target, path);
}
int symlinkat(const char* target, int dir, const char* path) {
    return (int)CALL3(SYS_symlinkat, target, dir, path);
}
ssize_t readlink(const char* path, char* buffer, size_t bytes) {
    return CALL3(SYS_readlink, path, buffer, bytes);
}
ssize_t readlinkat(int dir, const char* path, char* buffer, size_t bytes) {
    return CALL4(SYS_readlinkat, dir, path, buffer, bytes);
}
int chdir(const char* path) {
    return (int)CALL1(SYS_chdir, path);
}
int fchdir(int fd) {
    return (int)CALL1(SYS_fchdir, fd);
}
