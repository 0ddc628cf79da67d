#include <bits/syscall.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

char* getcwd(char* buffer, size_t bytes) {
    char path[4096];
    if (buffer && bytes == 0) {
        errno = EINVAL;
        return 0;
    }
    if (buffer) return CALL2(SYS_getcwd, buffer, bytes) < 0 ? 0 : buffer;
    long length = CALL2(SYS_getcwd, path, sizeof path);
    if (length < 0) return 0;
    if (bytes > 0 && bytes < (size_t)length) {
        errno = ERANGE;
        return 0;
    }
    char* copy = malloc(bytes > 0 ? bytes : (size_t)length);
    return copy ? memcpy(copy, path, (size_t)length) : 0;
}

char* get_current_dir_name(void) {
    return getcwd(0, 0);
}
