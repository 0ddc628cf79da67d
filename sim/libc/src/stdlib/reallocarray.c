#include <errno.h>
#include <stdlib.h>

void* reallocarray(void* block, size_t count, size_t bytes) {
    if (bytes && count > (size_t)-1 / bytes) {
        errno = ENOMEM;
        return 0;
    }
    return realloc(block, count * bytes);
}
