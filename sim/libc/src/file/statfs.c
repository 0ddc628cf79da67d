#include <bits/syscall.h>
#include <sys/statfs.h>
#include <sys/syscall.h>

int statfs(const char* path, struct statfs* result) {
    return (int)CALL2(SYS_statfs, path, result);
}
int fstatfs(int fd, struct statfs* result) {
    return (int)CALL2(SYS_fstatfs, fd, result);
}
