// Permissions, owners and times.
#include <bits/syscall.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>
#include <utime.h>

mode_t umask(mode_t mask) {
    return (mode_t)RAW1(SYS_umask, mask);
}
int chmod(const char* path, mode_t mode) {
    return (int)CALL2(SYS_chmod, path, mode);
}
int fchmod(int fd, mode_t mode) {
    return (int)CALL2(SYS_fchmod, fd, mode);
}
int fchmodat(int dir, const char* path, mode_t mode, int flags) {
    if (flags) {
        errno = flags & ~AT_SYMLINK_NOFOLLOW ? EINVAL : ENOTSUP;
        return -1;
    }
    return (int)CALL3(SYS_fchmodat, dir, path, mode);
}
int chown(const char* path, uid_t owner, gid_t group) {
    return (int)CALL3(SYS_chown, path, owner, group);
}
int lchown(const char* path, uid_t owner, gid_t group) {
    return (int)CALL3(SYS_lchown, path, owner, group);
}
int fchown(int fd, uid_t owner, gid_t group) {
    return (int)CALL3(SYS_fchown, fd, owner, group);
}
int fchownat(int dir, const char* path, uid_t owner, gid_t group, int flags) {
    return (int)CALL5(SYS_fchownat, dir, path, owner, group, flags);
}
int access(const char* path, int mode) {
    return (int)CALL2(SYS_access, path, mode);
}
int faccessat(int dir, const char* path, int mode, int flags) {
    return (int)(flags ? CALL4(SYS_faccessat2, dir, path, mode, flags)
                       : CALL3(SYS_faccessat, dir, path, mode));
}
int euidaccess(const char* path, int mode) {
    return (int)CALL4(SYS_faccessat2, AT_FDCWD, path, mode, AT_EACCESS);
}
int eaccess(const char* path, int mode) {
    return euidaccess(path, mode);
}
int utimensat(int dir, const char* path, const struct timespec times[2], int flags) {
    return (int)CALL4(SYS_utimensat, dir, path, times, flags);
}
int futimens(int fd, const struct timespec times[2]) {
    return (int)CALL4(SYS_utimensat, fd, 0, times, 0);
}

static const struct timespec* convert(const struct timeval* from, struct timespec* to) {
    if (!from) return 0;
    for (int i = 0; i < 2; i++) {
        to[i].tv_sec = from[i].tv_sec;
        to[i].tv_nsec = from[i].tv_usec * 1000;
    }
    return to;
}

int utimes(const char* path, const struct timeval times[2]) {
    struct timespec precise[2];
    return (int)CALL4(SYS_utimensat, AT_FDCWD, path, convert(times, precise), 0);
}
int futimes(int fd, const struct timeval times[2]) {
    struct timespec precise[2];
    return (int)CALL4(SYS_utimensat, fd, 0, convert(times, precise), 0);
}
int utime(const char* path, const struct utimbuf* times) {
    struct timespec precise[2] = {{0, 0}, {0, 0}};
    if (times) {
        precise[0].tv_sec = times->actime;
        precise[1].tv_sec = times->modtime;
    }
    return (int)CALL4(SYS_utimensat, AT_FDCWD, path, times ? precise : 0, 0);
}
