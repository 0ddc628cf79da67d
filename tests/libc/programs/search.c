// Tables, trees and lists of the library.
#define _GNU_SOURCE
#include <errno.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int by_number(const void* a, const void* b) {
    return *(const int*)a - *(const int*)b;
}

static void show(const void* node, VISIT which, int depth) {
    (void)depth;
    if (which == postorder || which == leaf) printf(" %d", **(int* const*)node);
}

int main(void) {
    static const char* const words[] = {"pipe", "fork", "exec", "wait", "kill"};
    printf("%d\n", hcreate(5) != 0);
    for (long i = 0; i < 5; i++) hsearch((ENTRY){(char*)words[i], (void*)i}, ENTER);
    for (int i = 4; i >= 0; i--) {
        ENTRY* found = hsearch((ENTRY){(char*)words[i], NULL}, FIND);
        printf("%s %ld\n", found->key, (long)found->data);
    }
    printf("%d", hsearch((ENTRY){"open", NULL}, FIND) == NULL);
    printf(" %s\n", strerror(errno));
    hdestroy();

    void* root = NULL;
    static int numbers[100];
    for (int i = 0; i < 100; i++) {
        numbers[i] = i * 37 % 101;
        tsearch(&numbers[i], &root, by_number);
    }
    twalk(root, show);
    printf("\n%d\n", *(int**)tsearch(&numbers[5], &root, by_number) == &numbers[5]);
    for (int i = 0; i < 100; i += 2)
        if (!tdelete(&numbers[i], &root, by_number)) printf("lost %d\n", numbers[i]);
    twalk(root, show);
    printf("\n%d %d\n", tfind(&numbers[2], &root, by_number) == NULL, tdelete(&numbers[2], &root, by_number) == NULL);
    while (root) tdelete(*(int**)root, &root, by_number);

    int array[8] = {5, 3, 8};
    size_t count = 3;
    int key = 8, other = 9;
    printf("%ld", (long)((int*)lfind(&key, array, &count, sizeof *array, by_number) - array));
    printf(" %d", lfind(&other, array, &count, sizeof *array, by_number) == NULL);
    printf(" %ld %zu\n", (long)((int*)lsearch(&other, array, &count, sizeof *array, by_number) - array), count);
    return 0;
}
