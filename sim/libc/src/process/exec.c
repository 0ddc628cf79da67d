// The exec family: all end in execve(). execvp() and its relatives look along PATH, and run what is no
// executable as a shell script, as execvp(3) says.
#include <bits/syscall.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

extern char** environ;

int execve(const char* path, char* const argv[], char* const envp[]) {
    return (int)CALL3(SYS_execve, path, argv, envp);
}

int execveat(int dir, const char* path, char* const argv[], char* const envp[], int flags) {
    return (int)CALL5(SYS_execveat, dir, path, argv, envp, flags);
}

int fexecve(int fd, char* const argv[], char* const envp[]) {
    if (fd < 0 || !argv || !envp) {
        errno = EINVAL;
        return -1;
    }
    return (int)CALL5(SYS_execveat, fd, "", argv, envp, AT_EMPTY_PATH);
}

int execv(const char* path, char* const argv[]) {
    return (int)CALL3(SYS_execve, path, argv, environ);
}

static void run_script(const char* path, char* const argv[], char* const envp[]) {
    long count = 0;
    while (argv[count]) count++;
    char* shell_argv[count + 3];
    shell_argv[0] = "/bin/sh";
    shell_argv[1] = (char*)path;
    for (long i = 1; i <= count; i++) shell_argv[i + 1] = argv[i];
    if (count == 0) shell_argv[2] = 0;
    CALL3(SYS_execve, shell_argv[0], shell_argv, envp);
}

int execvpe(const char* file, char* const argv[], char* const envp[]) {
    long length = __ipclab_strlen(file);
    if (length == 0) {
        errno = ENOENT;
        return -1;
    }
    if (__ipclab_memchr(file, '/', length)) {
        CALL3(SYS_execve, file, argv, envp);
        if (errno == ENOEXEC) run_script(file, argv, envp);
        return -1;
    }
    if (length > 255) {
        errno = ENAMETOOLONG;
        return -1;
    }
    const char* path = getenv("PATH");
    if (!path) path = "/bin:/usr/bin";
    int denied = 0;
    char name[4096 + 257];
    for (;; path++) {
        const char* end = path;
        while (*end && *end != ':') end++;
        long directory = end - path;
        if (directory < 4096) {
            __ipclab_memcpy(name, path, directory);
            if (directory > 0) name[directory++] = '/';
            __ipclab_memcpy(name + directory, file, length + 1);
            CALL3(SYS_execve, name, argv, envp);
            if (errno == ENOEXEC) run_script(name, argv, envp);
            if (errno == EACCES)
                denied = 1;
            else if (errno != ENOENT && errno != ESTALE && errno != ENOTDIR && errno != ENODEV &&
                     errno != ETIMEDOUT)
                return -1;
        }
        path = end;
        if (*path == 0) break;
    }
    if (denied) errno = EACCES;
    return -1;
}

int execvp(const char* file, char* const argv[]) {
    return execvpe(file, argv, environ);
}
