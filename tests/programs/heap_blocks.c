/* malloc() and its relatives: growing, moving, zeroed, aligned; and a small allocator over one block. */
#define _POSIX_C_SOURCE 200809L
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct arena {
    unsigned char *bytes;
    size_t size, used;
};

static void *take(struct arena *arena, size_t bytes, size_t alignment) {
    size_t at = (arena->used + alignment - 1) / alignment * alignment;
    if (at + bytes > arena->size) return NULL;
    arena->used = at + bytes;
    return arena->bytes + at;
}

int main(void) {
    size_t length = 0;
    char *text = NULL;
    for (int i = 0; i < 1000; i++) {
        text = realloc(text, length + 2);
        text[length++] = (char)('a' + i % 26);
        text[length] = '\0';
    }
    printf("%zu %.5s...%s\n", strlen(text), text, text + 995);
    char *smaller = realloc(text, 6);
    smaller[5] = '\0';
    printf("%s\n", smaller);
    free(smaller);
    int *zeros = calloc(1000, sizeof *zeros), sum = 0;
    for (int i = 0; i < 1000; i++) sum |= zeros[i];
    printf("zeroed: %d\n", sum == 0);
    free(zeros);
    void *aligned = NULL;
    int result = posix_memalign(&aligned, 256, 100);
    printf("aligned: %d %d\n", result, (uintptr_t)aligned % 256 == 0);
    free(aligned);
    volatile size_t half = SIZE_MAX / 2;
    void *huge = calloc(half, 3);
    printf("too much: %s\n", huge ? "given" : "refused");
    free(NULL);
    struct arena arena = {malloc(64), 64, 0};
    char *one = take(&arena, 3, 1);
    double *two = take(&arena, sizeof *two, _Alignof(double));
    int *many = take(&arena, 12 * sizeof *many, _Alignof(int));
    strcpy(one, "ab");
    *two = 2.5;
    many[11] = 7;
    printf("%s %g %d, offset %td, used %zu\n", one, *two, many[11], (unsigned char *)two - arena.bytes, arena.used);
    printf("full: %d\n", take(&arena, 1, 1) == NULL);
    free(arena.bytes);
    return 0;
}
