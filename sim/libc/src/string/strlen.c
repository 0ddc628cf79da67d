// Length, copying and comparing of strings.
#include <string.h>

size_t strlen(const char* text) {
    return (size_t)__ipclab_strlen(text);
}

char* strcpy(char* to, const char* from) {
    __ipclab_stpcpy(to, from);
    return to;
}

char* strcat(char* to, const char* from) {
    __ipclab_stpcpy(to + __ipclab_strlen(to), from);
    return to;
}

int strcmp(const char* a, const char* b) {
    return (int)__ipclab_strcmp(a, b);
}
