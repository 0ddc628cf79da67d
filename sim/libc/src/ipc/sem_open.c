// Named semaphores: a sem_t in a file under /dev/shm that every process maps (sem_overview(7)). A new one is written
// beside its name and linked to it when it is complete, so that nobody maps an unfinished one.
#include <bits/shm_path.h>
#include <bits/syscall.h>
#include <errno.h>
#include <limits.h>
#include <semaphore.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>

/// What this process has open: the same name gives the same address, counted.
struct mapping {
    ino_t inode;
    dev_t device;
    sem_t* semaphore;
    int count;
    struct mapping* next;
};
static struct mapping* mappings;

static sem_t* map(int fd) {
    struct stat status;
    if (fstat(fd, &status) < 0) return 0;
    for (struct mapping* m = mappings; m; m = m->next)
        if (m->inode == status.st_ino && m->device == status.st_dev) {
            m->count++;
            return m->semaphore;
        }
    if (status.st_size < (off_t)sizeof(sem_t)) {
        errno = EINVAL;
        return 0;
    }
    void* address = mmap(0, sizeof(sem_t), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (address == MAP_FAILED) return 0;
    struct mapping* m = malloc(sizeof *m);
    if (!m) {
        munmap(address, sizeof(sem_t));
        return 0;
    }
    m->inode = status.st_ino;
    m->device = status.st_dev;
    m->semaphore = address;
    m->count = 1;
    m->next = mappings;
    mappings = m;
    return address;
}

/// Makes the semaphore under a name of its own, then gives it the wanted one; its descriptor, or a negative errno.
static long create(const char* path, mode_t mode, unsigned int value) {
    char own[] = "/dev/shm/sem.XXXXXX";
    sem_t fresh;
    memset(&fresh, 0, sizeof fresh);
    fresh.__data.__value = value;
    for (int attempt = 0;; attempt++) {
        long number = RAW0(SYS_gettid) * 64 + attempt;
        for (int i = 0; i < 6; i++, number /= 26) own[13 + i] = (char)('a' + number % 26);
        long fd = RAW4(SYS_openat, AT_FDCWD, own, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode);
        if (fd == -EEXIST && attempt < 50) continue;
        if (fd < 0) return fd;
        long result = RAW3(SYS_write, fd, &fresh, sizeof fresh);
        if (result >= 0) result = RAW2(SYS_link, own, path);
        RAW1(SYS_unlink, own);
        if (result >= 0) return fd;
        RAW1(SYS_close, fd);
        return result;
    }
}

sem_t* sem_open(const char* name, int flags, ...) {
    char path[PATH_ROOM];
    if (__shm_path(path, "sem.", name) < 0) {
        errno = EINVAL;
        return SEM_FAILED;
    }
    mode_t mode = 0;
    unsigned int value = 0;
    if (flags & O_CREAT) {
        va_list arguments;
        va_start(arguments, flags);
        mode = va_arg(arguments, mode_t);
        value = va_arg(arguments, unsigned int);
        va_end(arguments);
        if (value > SEM_VALUE_MAX) {
            errno = EINVAL;
            return SEM_FAILED;
        }
    }
    long fd = -ENOENT;
    for (;;) {
        if ((flags & (O_CREAT | O_EXCL)) != (O_CREAT | O_EXCL)) {
            fd = RAW4(SYS_openat, AT_FDCWD, path, O_RDWR | O_NOFOLLOW | O_CLOEXEC, 0);
            if (fd >= 0 || fd != -ENOENT || !(flags & O_CREAT)) break;
        }
        fd = create(path, mode, value);
        // somebody else was quicker: theirs is the one to open
        if (fd != -EEXIST || (flags & O_EXCL)) break;
    }
    if (__syscall_result(fd) < 0) return SEM_FAILED;
    sem_t* result = map((int)fd);
    int saved = errno;
    RAW1(SYS_close, fd);
    errno = saved;
    return result;
}

int sem_close(sem_t* semaphore) {
    for (struct mapping** link = &mappings; *link; link = &(*link)->next) {
        struct mapping* m = *link;
        if (m->semaphore != semaphore) continue;
        if (--m->count == 0) {
            *link = m->next;
            munmap(m->semaphore, sizeof(sem_t));
            free(m);
        }
        return 0;
    }
    errno = EINVAL;
    return -1;
}

int sem_unlink(const char* name) {
    char path[PATH_ROOM];
    if (__shm_path(path, "sem.", name) < 0) {
        errno = ENOENT;
        return -1;
    }
    long result = RAW1(SYS_unlink, path);
    return (int)__syscall_result(result == -EPERM ? -EACCES : result);
}
