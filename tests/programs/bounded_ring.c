/* A ring buffer in shared memory between two processes; pipes say how many places are full and free. */
#define _DEFAULT_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PLACES = 4, ITEMS = 50 };
struct ring {
    int items[PLACES], in, out;
};

static void wait_on(const int ends[2]) {
    char c;
    if (read(ends[0], &c, 1) != 1) exit(1);
}
static void signal_on(const int ends[2]) {
    if (write(ends[1], "x", 1) != 1) exit(1);
}

int main(void) {
    int full[2], free_places[2], sum = 0, in_order = 1;
    struct ring *ring = mmap(NULL, sizeof *ring, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (ring == MAP_FAILED || pipe(full) < 0 || pipe(free_places) < 0) return 1;
    for (int i = 0; i < PLACES; i++) signal_on(free_places);
    if (fork() == 0) {
        for (int i = 0; i < ITEMS; i++) {
            wait_on(free_places);
            ring->items[ring->in] = i * i;
            ring->in = (ring->in + 1) % PLACES;
            signal_on(full);
        }
        _exit(0);
    }
    for (int i = 0; i < ITEMS; i++) {
        wait_on(full);
        int item = ring->items[ring->out];
        ring->out = (ring->out + 1) % PLACES;
        signal_on(free_places);
        in_order &= item == i * i;
        sum += item;
    }
    wait(NULL);
    printf("%d items, sum %d, in order: %d\n", ITEMS, sum, in_order);
    return 0;
}
