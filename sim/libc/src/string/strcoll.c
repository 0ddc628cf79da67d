// Collation: in the C locale the order of the bytes.
#include <string.h>

int strcoll(const char* a, const char* b) {
    return strcmp(a, b);
}

size_t strxfrm(char* to, const char* from, size_t bytes) {
    size_t length = strlen(from);
    if (bytes > 0) {
        size_t copied = length < bytes ? length : bytes - 1;
        memcpy(to, from, copied);
        to[copied] = 0;
    }
    return length;
}
