// realpath(3): names one by one, links replaced by what they say.
#include <bits/syscall.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char* realpath(const char* path, char* resolved) {
    char rest[PATH_MAX], made[PATH_MAX], target[PATH_MAX];
    int links = 0;
    if (!path) {
        errno = EINVAL;
        return 0;
    }
    if (*path == 0) {
        errno = ENOENT;
        return 0;
    }
    if (strlen(path) >= PATH_MAX) {
        errno = ENAMETOOLONG;
        return 0;
    }
    strcpy(rest, path);
    made[0] = 0;
    if (*path != '/' && !getcwd(made, sizeof made)) return 0;
    if (strcmp(made, "/") == 0) made[0] = 0;
    char* at = rest;
    while (*at) {
        size_t length = strcspn(at, "/");
        char* name = at;
        at += length;
        int directory = *at == '/';
        while (*at == '/') *at++ = 0;
        if (length == 0 || strcmp(name, ".") == 0) continue;
        if (strcmp(name, "..") == 0) {
            char* slash = strrchr(made, '/');
            if (slash) *slash = 0;
            continue;
        }
        size_t before = strlen(made);
        if (before + length + 2 > PATH_MAX) {
            errno = ENAMETOOLONG;
            return 0;
        }
        made[before] = '/';
        memcpy(made + before + 1, name, length);
        made[before + 1 + length] = 0;
        struct stat status;
        if (lstat(made, &status) < 0) return 0;
        if (S_ISLNK(status.st_mode)) {
            ssize_t got = readlink(made, target, sizeof target - 1);
            if (got < 0) return 0;
            if (++links > 40 || (size_t)got + strlen(at) + 2 > PATH_MAX) {
                errno = links > 40 ? ELOOP : ENAMETOOLONG;
                return 0;
            }
            target[got] = 0;
            if (*at || directory) strcat(target, "/");
            strcat(target, at);
            strcpy(rest, target);
            at = rest;
            made[*rest == '/' ? 0 : before] = 0;
        } else if (directory && !S_ISDIR(status.st_mode)) {
            errno = ENOTDIR;
            return 0;
        }
    }
    if (made[0] == 0) strcpy(made, "/");
    return resolved ? strcpy(resolved, made) : strdup(made);
}

char* canonicalize_file_name(const char* path) {
    return realpath(path, 0);
}
