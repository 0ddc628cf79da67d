/* Sorting by dividing: each half is sorted by a child, which sends it back through a pipe. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void sort(int *numbers, int count, int depth) {
    if (count < 2) return;
    int middle = count / 2, *halves = malloc((size_t)count * sizeof *halves);
    if (depth > 0) {
        int ends[2][2];
        for (int side = 0; side < 2; side++) {
            int begin = side ? middle : 0, length = side ? count - middle : middle;
            size_t bytes = (size_t)length * sizeof *numbers;
            if (pipe(ends[side]) < 0) exit(1);
            if (fork() == 0) {
                sort(numbers + begin, length, depth - 1);
                exit(write(ends[side][1], numbers + begin, bytes) == (ssize_t)bytes ? 0 : 1);
            }
            close(ends[side][1]);
            if (read(ends[side][0], halves + begin, bytes) != (ssize_t)bytes) exit(1);
            close(ends[side][0]);
        }
        while (wait(NULL) > 0) continue;
    } else {
        memcpy(halves, numbers, (size_t)count * sizeof *halves);
        sort(halves, middle, 0);
        sort(halves + middle, count - middle, 0);
    }
    for (int i = 0, a = 0, b = middle; i < count; i++)
        numbers[i] = b == count || (a < middle && halves[a] <= halves[b]) ? halves[a++] : halves[b++];
    free(halves);
}

int main(void) {
    int numbers[100];
    for (int i = 0; i < 100; i++) numbers[i] = i * 7919 % 1009;
    sort(numbers, 100, 2);
    int in_order = 1;
    for (int i = 1; i < 100; i++) in_order &= numbers[i - 1] <= numbers[i];
    printf("in order: %d; %d %d ... %d\n", in_order, numbers[0], numbers[1], numbers[99]);
    return 0;
}
