// Merge sort, whose upper halves are sorted by threads of their own.
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#define COUNT 64

struct part {
    int *numbers;
    int count, depth;
};

static void *sort(void *argument) {
    struct part *part = argument;
    if (part->count < 2) return NULL;
    int half = part->count / 2, merged[COUNT], i = 0, j = half, k = 0;
    struct part low = {part->numbers, half, part->depth + 1};
    struct part high = {part->numbers + half, part->count - half, part->depth + 1};
    if (part->depth < 2) {
        pthread_t thread;
        pthread_create(&thread, NULL, sort, &high);
        sort(&low);
        pthread_join(thread, NULL);
    } else {
        sort(&low);
        sort(&high);
    }
    while (k < part->count)
        merged[k++] = j == part->count || (i < half && part->numbers[i] <= part->numbers[j]) ? part->numbers[i++]
                                                                                           : part->numbers[j++];
    memcpy(part->numbers, merged, sizeof(int) * (size_t)part->count);
    return NULL;
}

int main(void) {
    int numbers[COUNT];
    unsigned int seed = 12345;
    for (int i = 0; i < COUNT; i++) {
        seed = seed * 1103515245 + 12345;
        numbers[i] = (int)(seed >> 16 & 999);
    }
    struct part all = {numbers, COUNT, 0};
    sort(&all);
    for (int i = 0; i < COUNT; i++) printf("%d%c", numbers[i], i % 16 == 15 ? '\n' : ' ');
    return 0;
}
