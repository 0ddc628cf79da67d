// What a file is, and its file system. The former by newfstatat(), as glibc does.
#include <bits/syscall.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>

int statfs(const char* path, struct statfs* result) {
    return (int)CALL2(SYS_statfs, path, result);
}
int fstatfs(int fd, struct statfs* result) {
    return (int)CALL2(SYS_fstatfs, fd, result);
}
int stat(const char* path, struct stat* result) {
    return (int)CALL4(SYS_newfstatat, AT_FDCWD, path, result, 0);
}
int lstat(const char* path, struct stat* result) {
    return (int)CALL4(SYS_newfstatat, AT_FDCWD, path, result, AT_SYMLINK_NOFOLLOW);
}
int fstat(int fd, struct stat* result) {
    if (fd < 0)
        return (int)__syscall_result(-9);  // EBADF: a negative one would mean a directory to start from
    return (int)CALL4(SYS_newfstatat, fd, "", result, AT_EMPTY_PATH);
}
int fstatat(int dir, const char* path, struct stat* result, int flags) {
    return (int)CALL4(SYS_newfstatat, dir, path, result, flags);
}
