// malloc() and its family: blocks that are aligned, do not overlap and keep their contents.
#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS = 200 };
static unsigned char* blocks[SLOTS];
static size_t sizes[SLOTS];

static int intact(int slot) {
    for (size_t i = 0; i < sizes[slot]; i++)
        if (blocks[slot][i] != (unsigned char)(slot * 7)) return 0;
    return 1;
}

int main(void) {
    srand(1);
    int bad = 0;
    for (int round = 0; round < 20000; round++) {
        int slot = rand() % SLOTS;
        if (blocks[slot] && !intact(slot)) bad++;
        size_t size = rand() % 10 == 0 ? (size_t)(rand() % 20000) : (size_t)(rand() % 200);
        if (rand() % 3 == 0) {
            size_t kept = size < sizes[slot] ? size : sizes[slot];
            if (size == 0) size = kept = 1;
            unsigned char* moved = realloc(blocks[slot], size);
            for (size_t i = 0; blocks[slot] && i < kept && i < sizes[slot]; i++)
                if (moved[i] != (unsigned char)(slot * 7)) bad++;
            blocks[slot] = moved;
        } else {
            free(blocks[slot]);
            blocks[slot] = rand() % 2 ? calloc(1, size) : malloc(size);
        }
        if ((uintptr_t)blocks[slot] % 16) bad++;
        if (malloc_usable_size(blocks[slot]) < size) bad++;
        sizes[slot] = size;
        memset(blocks[slot], slot * 7, size);
    }
    int zero = 1;
    for (int i = 0; i < 100; i++) {
        unsigned char* block = calloc(7, (size_t)i);
        for (int j = 0; j < 7 * i; j++) zero &= block[j] == 0;
    }
    printf("bad %d zero %d\n", bad, zero);
    errno = 0;
    volatile size_t huge = SIZE_MAX / 2;
    void* refused = malloc(huge);
    printf("%p %d\n", refused, errno);
    printf("%p %p\n", calloc(huge, 4), reallocarray(NULL, huge, 4));
    void* aligned;
    int result = posix_memalign(&aligned, 256, 100);
    printf("%d %d\n", result, (int)((uintptr_t)aligned % 256));
    printf("%d\n", posix_memalign(&aligned, 24, 100) == EINVAL);
    free(aligned);
    free(NULL);
    char* text = malloc(10);
    free(text);
    fflush(stdout);
    free(text);
    return 0;
}
