// basename(3), dirname(3).
#include <libgen.h>
#include <string.h>

char* __xpg_basename(char* path) {
    if (!path || !*path) return ".";
    char* end = path + strlen(path);
    while (end > path + 1 && end[-1] == '/') *--end = 0;
    while (end > path && end[-1] != '/') end--;
    return *end ? end : path;
}

char* dirname(char* path) {
    if (!path || !*path) return ".";
    char* end = path + strlen(path);
    while (end > path + 1 && end[-1] == '/') end--;
    while (end > path && end[-1] != '/') end--;
    while (end > path + 1 && end[-1] == '/') end--;
    if (end == path) {
        if (*path != '/') return ".";
        end++;
    }
    // POSIX leaves two leading slashes to the system; glibc keeps them
    if (end == path + 1 && path[0] == '/' && path[1] == '/' && path[2] != '/') end++;
    *end = 0;
    return path;
}
