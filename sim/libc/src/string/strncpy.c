// The variants with a limit.
#include <string.h>

size_t strnlen(const char* text, size_t limit) {
    const char* end = __ipclab_memchr(text, 0, limit);
    return end ? (size_t)(end - text) : limit;
}

char* stpncpy(char* to, const char* from, size_t bytes) {
    size_t length = strnlen(from, bytes);
    __ipclab_memcpy(to, from, length);
    __ipclab_memset(to + length, 0, bytes - length);
    return to + length;
}

char* strncpy(char* to, const char* from, size_t bytes) {
    stpncpy(to, from, bytes);
    return to;
}

char* stpcpy(char* to, const char* from) {
    return __ipclab_stpcpy(to, from);
}

char* strncat(char* to, const char* from, size_t bytes) {
    size_t length = strnlen(from, bytes);
    char* end = to + __ipclab_strlen(to);
    __ipclab_memcpy(end, from, length);
    end[length] = 0;
    return to;
}

int strncmp(const char* a, const char* b, size_t bytes) {
    for (; bytes > 0; bytes--, a++, b++) {
        if (*a != *b) return (unsigned char)*a - (unsigned char)*b;
        if (*a == 0) return 0;
    }
    return 0;
}
