#include <bits/syscall.h>
#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

int execveat(int dir, const char* path, char* const argv[], char* const envp[], int flags) {
    return (int)CALL5(SYS_execveat, dir, path, argv, envp, flags);
}

int fexecve(int fd, char* const argv[], char* const envp[]) {
    if (fd < 0 || !argv || !envp) {
        errno = EINVAL;
        return -1;
    }
    return (int)CALL5(SYS_execveat, fd, "", argv, envp, 0x1000 /* AT_EMPTY_PATH */);
}
