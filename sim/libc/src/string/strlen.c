// Length, copying and comparing of strings.
#include <string.h>

size_t strlen(const char* text) {
    return (size_t)__ipclab_strlen(text);
}

char* strcpy(char* to, const char* from) {
    return __ipclab_memcpy(to, from, __ipclab_strlen(from) + 1);
}

char* strcat(char* to, const char* from) {
    __ipclab_memcpy(to + __ipclab_strlen(to), from, __ipclab_strlen(from) + 1);
    return to;
}

int strcmp(const char* a, const char* b) {
    return (int)__ipclab_strcmp(a, b);
}
