// Aligned blocks: taken with room to spare and given a header of their own at the aligned place.
#include <errno.h>
#include <stdlib.h>

void* memalign(size_t alignment, size_t bytes) {
    size_t power = 16;
    while (power < alignment) power *= 2;
    if (power == 16) return malloc(bytes);
    if (bytes > (size_t)-1 / 2 - power) {
        errno = ENOMEM;
        return 0;
    }
    char* block = malloc(bytes + power);
    if (!block || ((unsigned long)block & (power - 1)) == 0) return block;
    char* aligned = (char*)(((unsigned long)block + power - 1) & ~(power - 1));
    // The header is two words before the bytes: size and state. The part in front stays unused.
    unsigned long *from = (unsigned long*)block - 2, *to = (unsigned long*)aligned - 2;
    to[0] = from[0] - (unsigned long)(aligned - block);
    to[1] = from[1];
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
