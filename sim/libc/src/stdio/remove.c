// Names of files.
#include <bits/syscall.h>
#include <errno.h>
#include <stdio.h>
#include <sys/syscall.h>

int remove(const char* path) {
    long result = RAW1(SYS_unlink, path);
    if (result == -EISDIR) result = RAW1(SYS_rmdir, path);
    return (int)__syscall_result(result);
}

int rename(const char* from, const char* to) {
    return (int)CALL2(SYS_rename, from, to);
}

int renameat2(int from_dir, const char* from, int to_dir, const char* to, unsigned int flags) {
    return (int)CALL5(SYS_renameat2, from_dir, from, to_dir, to, flags);
}

int renameat(int from_dir, const char* from, int to_dir, const char* to) {
    return (int)CALL4(SYS_renameat, from_dir, from, to_dir, to);
}
