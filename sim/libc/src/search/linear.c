// lsearch(3), insque(3): arrays from one end to the other, and links in both directions.
#include <search.h>
#include <string.h>

void* lfind(const void* key, const void* base, size_t* count, size_t bytes, int (*compare)(const void*, const void*)) {
    const char* at = base;
    for (size_t i = 0; i < *count; i++, at += bytes)
        if (compare(key, at) == 0) return (void*)at;
    return 0;
}

void* lsearch(const void* key, void* base, size_t* count, size_t bytes, int (*compare)(const void*, const void*)) {
    void* found = lfind(key, base, count, bytes, compare);
    if (!found) found = memcpy((char*)base + bytes * (*count)++, key, bytes);
    return found;
}

struct element {
    struct element *forward, *backward;
};

void insque(void* element, void* after) {
    struct element *added = element, *before = after;
    added->backward = before;
    added->forward = before ? before->forward : 0;
    if (!before) return;
    if (before->forward) before->forward->backward = added;
    before->forward = added;
}

void remque(void* element) {
    struct element* removed = element;
    if (removed->forward) removed->forward->backward = removed->backward;
    if (removed->backward) removed->backward->forward = removed->forward;
}
