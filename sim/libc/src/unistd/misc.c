// Small calls about the process.
#include <bits/thread.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

int pause(void) {
    return (int)CHECKED(CANCELLABLE(RAW0(SYS_pause)));
}

int nice(int increment) {
    // -1 is also a good value: errno tells (nice(2))
    int saved = errno;
    long now = RAW2(SYS_getpriority, PRIO_PROCESS, 0);
    if (now < 0) return (int)__syscall_result(now);
    long result = RAW3(SYS_setpriority, PRIO_PROCESS, 0, 20 - now + increment);
    if (result < 0) {
        errno = result == -EACCES ? EPERM : (int)-result;
        return -1;
    }
    now = RAW2(SYS_getpriority, PRIO_PROCESS, 0);
    errno = saved;
    return (int)(20 - now);
}

int daemon(int nochdir, int noclose) {
    pid_t pid = fork();
    if (pid < 0) return -1;
    if (pid > 0) _exit(0);
    if (RAW0(SYS_setsid) < 0) return -1;
    if (!nochdir) RAW1(SYS_chdir, "/");
    if (noclose) return 0;
    long fd = CALL4(SYS_openat, AT_FDCWD, "/dev/null", O_RDWR, 0);
    if (fd < 0) return -1;
    for (int i = 0; i < 3; i++) RAW2(SYS_dup2, fd, i);
    if (fd > 2) RAW1(SYS_close, fd);
    return 0;
}

int getentropy(void* buffer, size_t bytes) {
    if (bytes > 256) {
        errno = EIO;
        return -1;
    }
    return CALL3(SYS_getrandom, buffer, bytes, 0) < 0 ? -1 : 0;
}

ssize_t getrandom(void* buffer, size_t bytes, unsigned int flags) {
    return CALL3(SYS_getrandom, buffer, bytes, flags);
}
