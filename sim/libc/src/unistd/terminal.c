// Is it a terminal, and which.
#include <bits/syscall.h>
#include <errno.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

int isatty(int fd) {
    char terminal[64];
    return CALL3(SYS_ioctl, fd, TCGETS, terminal) == 0;
}

int ttyname_r(int fd, char* buffer, size_t bytes) {
    char link[40] = "/proc/self/fd/";
    int at = 14, digits = 1;
    if (!isatty(fd)) return errno;
    for (int rest = fd; rest >= 10; rest /= 10) digits++;
    for (int i = digits, rest = fd; i > 0; i--, rest /= 10) link[at + i - 1] = (char)('0' + rest % 10);
    struct stat own, named;
    if (fstat(fd, &own) < 0) return errno;
    char path[4096];
    ssize_t got = readlink(link, path, sizeof path - 1);
    if (got >= 0) path[got] = 0;
    // A terminal from outside has a name that leads nowhere here, or elsewhere.
    if (got < 0 || stat(path, &named) < 0 || named.st_dev != own.st_dev || named.st_ino != own.st_ino) return ENODEV;
    if ((size_t)got >= bytes) return ERANGE;
    __ipclab_memcpy(buffer, path, got);
    buffer[got] = 0;
    return 0;
}

char* ttyname(int fd) {
    static char name[256];
    int error = ttyname_r(fd, name, sizeof name);
    if (error == 0) return name;
    errno = error;
    return 0;
}

char* ctermid(char* name) {
    static char shared[9];
    return __ipclab_memcpy(name ? name : shared, "/dev/tty", 9);
}
