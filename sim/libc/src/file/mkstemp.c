// Files and directories with names that nobody has. The names come from the clock and the process id.
#include <bits/syscall.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static unsigned long state;

static void make_name(char* at) {
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    struct timespec now = {0, 0};
    RAW2(SYS_clock_gettime, 0, &now);
    state =
        (state ^ (unsigned long)now.tv_nsec ^ (unsigned long)RAW0(SYS_getpid) << 32) * 6364136223846793005UL +
        1442695040888963407UL;
    unsigned long value = state >> 16;
    for (int i = 0; i < 6; i++) {
        at[i] = letters[value % 62];
        value /= 62;
    }
}

enum { FILES, DIRECTORIES, NAMES };

static int make(char* pattern, int suffix_length, int flags, int kind) {
    size_t length = strlen(pattern);
    if (suffix_length < 0 || length < 6 + (size_t)suffix_length ||
        memcmp(pattern + length - (size_t)suffix_length - 6, "XXXXXX", 6) != 0) {
        errno = EINVAL;
        return -1;
    }
    char* at = pattern + length - (size_t)suffix_length - 6;
    for (int attempt = 0; attempt < 238328; attempt++) {
        long result;
        struct stat status;
        make_name(at);
        if (kind == FILES)
            result =
                RAW4(SYS_openat, AT_FDCWD, pattern, (flags & ~O_ACCMODE) | O_RDWR | O_CREAT | O_EXCL, 0600);
        else if (kind == DIRECTORIES)
            result = RAW2(SYS_mkdir, pattern, 0700);
        else
            result = RAW4(SYS_newfstatat, AT_FDCWD, pattern, &status, AT_SYMLINK_NOFOLLOW) == -ENOENT
                         ? 0
                         : -EEXIST;
        if (result != -EEXIST) return (int)__syscall_result(result);
    }
    errno = EEXIST;
    return -1;
}

int mkostemps(char* pattern, int suffix_length, int flags) {
    return make(pattern, suffix_length, flags, FILES);
}
int mkstemps(char* pattern, int suffix_length) {
    return make(pattern, suffix_length, 0, FILES);
}
int mkostemp(char* pattern, int flags) {
    return make(pattern, 0, flags, FILES);
}
int mkstemp(char* pattern) {
    return make(pattern, 0, 0, FILES);
}
char* mkdtemp(char* pattern) {
    return make(pattern, 0, 0, DIRECTORIES) < 0 ? 0 : pattern;
}
char* mktemp(char* pattern) {
    if (make(pattern, 0, 0, NAMES) < 0) *pattern = 0;
    return pattern;
}
