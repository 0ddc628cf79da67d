#include "ring.h"

#include "ring.h" /* once is enough */

static struct event ring[RING_SIZE];
static int first, count, lost;

void ring_put(struct event event) {
    if (count == RING_SIZE) { /* the oldest goes */
        first = RING_NEXT(first);
        count--;
        lost++;
    }
    ring[(first + count++) % RING_SIZE] = event;
}

int ring_take(struct event *event) {
    if (count == 0) return 0;
    *event = ring[first];
    first = RING_NEXT(first);
    count--;
    return 1;
}

int ring_lost(void) {
    return lost;
}
