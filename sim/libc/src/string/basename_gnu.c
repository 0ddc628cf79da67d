// GNU's basename(), which <string.h> declares: never changes its argument.
#include <bits/types.h>

char* __gnu_basename(const char* path) {
    const char* last = path;
    for (; *path; path++)
        if (*path == '/') last = path + 1;
    return (char*)last;
}
