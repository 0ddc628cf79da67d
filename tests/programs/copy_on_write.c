/* After fork() both have the same addresses and different memory: globals, stack, heap. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int global = 1;
static char buffer[10000];

int main(void) {
    int local = 2, *heap = malloc(1000 * sizeof *heap);
    void *addresses[3] = {&global, &local, heap};
    memset(buffer, 'p', sizeof buffer);
    for (int i = 0; i < 1000; i++) heap[i] = i;
    if (fork() == 0) {
        global = 10;
        local = 20;
        heap[999] = 30;
        memset(buffer, 'c', 5000);
        printf("child:  %d %d %d %c%c\n", global, local, heap[999], buffer[0], buffer[9999]);
        printf("same addresses: %d %d %d\n", addresses[0] == &global, addresses[1] == &local, addresses[2] == heap);
        fflush(stdout);
        _exit(0);
    }
    wait(NULL);
    printf("parent: %d %d %d %c%c\n", global, local, heap[999], buffer[0], buffer[9999]);
    free(heap);
    return 0;
}
