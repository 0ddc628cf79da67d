#include <stdlib.h>
#include <string.h>

char* strdup(const char* text) {
    long bytes = __ipclab_strlen(text) + 1;
    char* copy = malloc((size_t)bytes);
    return copy ? __ipclab_memcpy(copy, text, bytes) : 0;
}

char* strndup(const char* text, size_t limit) {
    const char* end = __ipclab_memchr(text, 0, limit);
    size_t length = end ? (size_t)(end - text) : limit;
    char* copy = malloc(length + 1);
    if (!copy) return 0;
    __ipclab_memcpy(copy, text, length);
    copy[length] = 0;
    return copy;
}
