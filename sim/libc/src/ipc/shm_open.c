// POSIX shared memory: files in /dev/shm, as shm_overview(7) says.
#include <bits/shm_path.h>
#include <bits/syscall.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>

int shm_open(const char* name, int flags, mode_t mode) {
    char path[PATH_ROOM];
    if (__shm_path(path, "", name) < 0) {
        errno = EINVAL;
        return -1;
    }
    return (int)CALL4(SYS_openat, AT_FDCWD, path, flags | O_NOFOLLOW | O_CLOEXEC, mode);
}

int shm_unlink(const char* name) {
    char path[PATH_ROOM];
    if (__shm_path(path, "", name) < 0) {
        errno = ENOENT;
        return -1;
    }
    int result = (int)CALL1(SYS_unlink, path);
    if (result < 0 && errno == EPERM) errno = EACCES;
    return result;
}
