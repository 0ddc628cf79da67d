// Aligned blocks: taken with room to spare and given a header of their own at the aligned place.
#include <errno.h>
#include <stdlib.h>

enum { BETWEEN = 2, OWN = 5, GUARD = 16 };  // as in malloc.c

__attribute__((no_sanitize_address)) void* memalign(size_t alignment, size_t bytes) {
    size_t power = 16;
    while (power < alignment) power *= 2;
    if (power == 16) return malloc(bytes);
    if (bytes > (size_t)-1 / 2 - power) {
        errno = ENOMEM;
        return 0;
    }
    char* block = malloc(bytes + power);
    if (!block) return 0;
    char* aligned = (char*)(((unsigned long)block + power - 1) & ~(power - 1));
    // The header is four words before the bytes: size, state, requested bytes, where. The part in front stays unused.
    unsigned long *from = (unsigned long*)block - 4, *to = (unsigned long*)aligned - 4;
    unsigned long size = from[0] - (unsigned long)(aligned - block), state = from[1], made_at = from[3];
    to[0] = size, to[1] = state, to[2] = bytes, to[3] = made_at;
    if (to != from) from[3] = 0;  // no block of the program's (sim/vm/leaks.cpp)
    __ipclab_shade(block, aligned - block, BETWEEN);
    __ipclab_shade(to, 4 * sizeof *to, OWN);
    __ipclab_shade(aligned + bytes, (long)(size + GUARD - bytes), BETWEEN);
    return aligned;
}

void* aligned_alloc(size_t alignment, size_t bytes) {
    return memalign(alignment, bytes);
}

int posix_memalign(void** block, size_t alignment, size_t bytes) {
    if (alignment % sizeof(void*) != 0 || alignment == 0 || (alignment & (alignment - 1)) != 0) return EINVAL;
    int saved = errno;
    void* result = memalign(alignment, bytes);
    errno = saved;
    if (!result) return ENOMEM;
    *block = result;
    return 0;
}

void* valloc(size_t bytes) {
    return memalign(4096, bytes);
}

int malloc_trim(size_t pad) {
    (void)pad;
    return 0;
}
