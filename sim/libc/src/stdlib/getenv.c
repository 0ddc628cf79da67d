#include <stdlib.h>

extern char** environ;

char* getenv(const char* name) {
    long length = __ipclab_strlen(name);
    if (!environ || length == 0) return 0;
    for (char** entry = environ; *entry; entry++)
        if (__ipclab_strlen(*entry) > length && (*entry)[length] == '=' &&
            __ipclab_memcmp(*entry, name, length) == 0)
            return *entry + length + 1;
    return 0;
}

char* secure_getenv(const char* name) {
    return getenv(name);
}
