// The less common ones on blocks of bytes.
#include <string.h>

void* mempcpy(void* to, const void* from, size_t bytes) {
    return (char*)__ipclab_memcpy(to, from, bytes) + bytes;
}

void* memccpy(void* to, const void* from, int stop, size_t bytes) {
    const char* found = __ipclab_memchr(from, stop & 255, bytes);
    size_t count = found ? (size_t)(found - (const char*)from) + 1 : bytes;
    __ipclab_memcpy(to, from, count);
    return found ? (char*)to + count : 0;
}

void* memrchr(const void* block, int value, size_t bytes) {
    const unsigned char* start = block;
    while (bytes > 0)
        if (start[--bytes] == (unsigned char)value) return (void*)(start + bytes);
    return 0;
}

void* rawmemchr(const void* block, int value) {
    const unsigned char* p = block;
    while (*p != (unsigned char)value) p++;
    return (void*)p;
}

void* memmem(const void* block, size_t bytes, const void* needle, size_t needle_bytes) {
    const char *at = block, *end = at + bytes;
    if (needle_bytes == 0) return (void*)at;
    while ((size_t)(end - at) >= needle_bytes) {
        at = __ipclab_memchr(at, *(const unsigned char*)needle, (size_t)(end - at) - needle_bytes + 1);
        if (!at) return 0;
        if (__ipclab_memcmp(at, needle, needle_bytes) == 0) return (void*)at;
        at++;
    }
    return 0;
}

void explicit_bzero(void* block, size_t bytes) {
    __ipclab_memset(block, 0, bytes);
}

void bzero(void* block, size_t bytes) {
    __ipclab_memset(block, 0, bytes);
}

void bcopy(const void* from, void* to, size_t bytes) {
    __ipclab_memcpy(to, from, bytes);
}

int bcmp(const void* a, const void* b, size_t bytes) {
    return (int)__ipclab_memcmp(a, b, bytes);
}

void swab(const void* from, void* to, ssize_t bytes) {
    const char* source = from;
    char* target = to;
    for (; bytes > 1; bytes -= 2, source += 2, target += 2) {
        char first = source[0];
        target[0] = source[1];
        target[1] = first;
    }
}

int ffsll(long long value) {
    if (value == 0) return 0;
    int bit = 1;
    while ((value & 1) == 0) {
        value = (long long)((unsigned long long)value >> 1);
        bit++;
    }
    return bit;
}

int ffsl(long value) {
    return ffsll(value);
}

int ffs(int value) {
    return ffsll(value);
}
