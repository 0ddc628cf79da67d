// Blocks of bytes. The work is the machine's own (intrinsics).
#include <string.h>

void* memcpy(void* to, const void* from, size_t bytes) {
    return __ipclab_memcpy(to, from, bytes);
}

void* memmove(void* to, const void* from, size_t bytes) {
    return __ipclab_memcpy(to, from, bytes);
}

void* memset(void* block, int value, size_t bytes) {
    return __ipclab_memset(block, value, bytes);
}

int memcmp(const void* a, const void* b, size_t bytes) {
    return (int)__ipclab_memcmp(a, b, bytes);
}

void* memchr(const void* block, int value, size_t bytes) {
    return __ipclab_memchr(block, value & 255, bytes);
}
