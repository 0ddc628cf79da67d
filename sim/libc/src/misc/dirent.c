// Directories: a buffer of getdents64() entries.
#include <bits/syscall.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

struct __DIR {
    int fd;
    long at, end;   ///< [at, end) of the buffer is still to be given out
    long position;  ///< d_off of the entry given out last
    long buffer[4096];
};

DIR* fdopendir(int fd) {
    struct stat status;
    if (CALL4(SYS_newfstatat, fd, "", &status, AT_EMPTY_PATH) < 0) return 0;
    if (!S_ISDIR(status.st_mode)) {
        errno = ENOTDIR;
        return 0;
    }
    DIR* directory = malloc(sizeof(DIR));
    if (!directory) return 0;
    directory->fd = fd;
    directory->at = directory->end = directory->position = 0;
    return directory;
}

DIR* opendir(const char* path) {
    long fd = CALL4(SYS_openat, AT_FDCWD, path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_DIRECTORY, 0);
    if (fd < 0) return 0;
    DIR* directory = fdopendir((int)fd);
    if (!directory) RAW1(SYS_close, fd);
    return directory;
}

ssize_t getdents64(int fd, void* buffer, size_t bytes) {
    return CALL3(SYS_getdents64, fd, buffer, bytes);
}

struct dirent* readdir(DIR* directory) {
    if (directory->at >= directory->end) {
        long got = RAW3(SYS_getdents64, directory->fd, directory->buffer, sizeof directory->buffer);
        if (got <= 0) {
            // a directory that has been removed meanwhile has no entries
            if (got < 0 && got != -ENOENT) errno = (int)-got;
            return 0;
        }
        directory->at = 0;
        directory->end = got;
    }
    struct dirent* entry = (struct dirent*)((char*)directory->buffer + directory->at);
    directory->at += entry->d_reclen;
    directory->position = entry->d_off;
    return entry;
}

int readdir_r(DIR* directory, struct dirent* entry, struct dirent** result) {
    int saved = errno;
    errno = 0;
    struct dirent* next = readdir(directory);
    int error = errno;
    errno = saved;
    *result = 0;
    if (!next) return error;
    *result = memcpy(entry, next, next->d_reclen);
    return 0;
}

int closedir(DIR* directory) {
    int fd = directory->fd;
    free(directory);
    return (int)CALL1(SYS_close, fd);
}

void seekdir(DIR* directory, long position) {
    RAW3(SYS_lseek, directory->fd, position, 0);
    directory->at = directory->end = 0;
    directory->position = position;
}

void rewinddir(DIR* directory) {
    seekdir(directory, 0);
}

long telldir(DIR* directory) {
    return directory->position;
}

int dirfd(DIR* directory) {
    return directory->fd;
}
