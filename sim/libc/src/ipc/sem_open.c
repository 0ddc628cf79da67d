// Named semaphores: a sem_t in a file under /dev/shm that every process maps (sem_overview(7)). A new one is written
// beside its name and linked to it when it is complete, so that nobody maps an unfinished one.
#include <bits/heap.h>
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

/// The mapping of this open file: what there is already, or `fresh` where that is not null, or a new one.
static sem_t* map(int fd, void* fresh) {
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
    void* address = fresh ? fresh : mmap(0, sizeof(sem_t), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (address == MAP_FAILED) return 0;
    struct mapping* m = __heap_own(sizeof *m);
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

/// Makes the semaphore under a name of its own, then gives it the wanted one; null and a negative errno on failure.
static sem_t* create(const char* path, mode_t mode, unsigned int value, long* error) {
    char own[] = "/dev/shm/sem.XXXXXX";
    sem_t fresh, *made = 0;
    struct stat status;
    memset(&fresh, 0, sizeof fresh);
    fresh.__data.__value = value;
    fresh.__data.__shared = 128;
    for (int attempt = 0;; attempt++) {
        unsigned long number = 0;
        RAW3(SYS_getrandom, &number, sizeof number, 1 /* GRND_NONBLOCK */);
        for (int i = 0; i < 6; i++, number /= 26) own[13 + i] = (char)('a' + number % 26);
        if (RAW4(SYS_newfstatat, AT_FDCWD, own, &status, AT_SYMLINK_NOFOLLOW) == 0 && attempt < 50) continue;
        long fd = RAW4(SYS_openat, AT_FDCWD, own, O_RDWR | O_CREAT | O_EXCL, mode);
        if (fd == -EEXIST && attempt < 50) continue;
        *error = fd;
        if (fd < 0) return 0;
        *error = RAW3(SYS_write, fd, &fresh, sizeof fresh);
        void* mapped = MAP_FAILED;
        if (*error >= 0) mapped = mmap(0, sizeof(sem_t), PROT_READ | PROT_WRITE, MAP_SHARED, (int)fd, 0);
        if (*error >= 0 && mapped == MAP_FAILED) *error = -errno;
        if (*error >= 0) *error = RAW2(SYS_link, own, path);
        if (*error >= 0)
            made = map((int)fd, mapped);
        else if (mapped != MAP_FAILED)
            munmap(mapped, sizeof(sem_t));
        RAW1(SYS_unlink, own);
        RAW1(SYS_close, fd);
        return made;
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
    for (;;) {
        long error = -ENOENT;
        if ((flags & (O_CREAT | O_EXCL)) != (O_CREAT | O_EXCL)) {
            long fd = RAW4(SYS_openat, AT_FDCWD, path, O_RDWR | O_NOFOLLOW, 0);
            if (fd >= 0) {
                sem_t* result = map((int)fd, 0);
                int saved = errno;
                RAW1(SYS_close, fd);
                errno = saved;
                return result;
            }
            error = fd;
        }
        if (error == -ENOENT && (flags & O_CREAT)) {
            sem_t* made = create(path, mode, value, &error);
            if (made) return made;
            // somebody else was quicker: theirs is the one to open
            if (error == -EEXIST && !(flags & O_EXCL)) continue;
        }
        if (error < 0) errno = (int)-error;
        return SEM_FAILED;
    }
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
