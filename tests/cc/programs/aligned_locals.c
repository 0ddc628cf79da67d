// Local objects with more than a stack's alignment, through calls, recursion and callbacks; and _Pragma.
#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define PACK(n) _Pragma("pack(push, 1)") struct packed##n { char c; int i; }; _Pragma("pack(pop)")
PACK(1)
struct loose {
    char c;
    int i;
};
struct line {
    alignas(64) char bytes[64];
};

static int is_aligned(const void* at, unsigned to) { return (uintptr_t)at % to == 0; }

static int recurse(int n, int a, double b) {
    alignas(128) char wide[3] = {(char)n};
    char pad[7] = {0};
    struct line line = {{(char)a}};
    int all = is_aligned(wide, 128) + is_aligned(&line, 64) + pad[0];
    return n == 0 ? all : all + recurse(n - 1, a, b) + (wide[0] != n) + (line.bytes[0] != a);
}

static int compare(const void* a, const void* b) {
    alignas(32) int difference = *(const int*)a - *(const int*)b;
    if (!is_aligned(&difference, 32)) abort();
    return difference;
}

int main(void) {
    alignas(4096) static char page[1];
    alignas(32) char small[5] = "four";
    int numbers[] = {3, 1, 2};
    qsort(numbers, 3, sizeof *numbers, compare);
    printf("%d %d %d\n", is_aligned(page, 4096), is_aligned(small, 32), recurse(5, 1, 2.0));
    printf("%s %d%d%d\n", small, numbers[0], numbers[1], numbers[2]);
    printf("%zu %zu\n", sizeof(struct packed1), sizeof(struct loose));
    return 0;
}
