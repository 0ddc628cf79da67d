/* After fork() both have the same addresses and different memory: globals, stack, heap. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int global = 1;
static char buffer[10000];

int main(void) {
    int local = 2, *heap = malloc(1000 * sizeof *heap), ends[2];
    void *addresses[3];
    memset(buffer, 'p', sizeof buffer);
    for (int i = 0; i < 1000; i++) heap[i] = i;
    if (pipe(ends) < 0) return 1;
    if (fork() == 0) {
        global = 10;
        local = 20;
        heap[999] = 30;
        memset(buffer, 'c', 5000);
        void *own[3] = {&global, &local, heap};
        printf("child:  %d %d %d %c%c\n", global, local, heap[999], buffer[0], buffer[9999]);
        fflush(stdout);
        _exit(write(ends[1], own, sizeof own) == sizeof own ? 0 : 1);
    }
    wait(NULL);
    if (read(ends[0], addresses, sizeof addresses) != sizeof addresses) return 1;
    printf("parent: %d %d %d %c%c\n", global, local, heap[999], buffer[0], buffer[9999]);
    printf("same addresses: %d %d %d\n", addresses[0] == &global, addresses[1] == &local, addresses[2] == heap);
    free(heap);
    return 0;
}
