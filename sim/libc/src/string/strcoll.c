// Collation: in the C locale the order of the bytes.
#include <string.h>

int strcoll(const char* a, const char* b) {
    return strcmp(a, b);
}

size_t strxfrm(char* to, const char* from, size_t bytes) {
    size_t length = strlen(from);
    memcpy(to, from, length < bytes ? length + 1 : bytes);
    return length;
}
