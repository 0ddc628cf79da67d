#pragma once
#define RING_SIZE 5
#define RING_NEXT(index) (((index) + 1) % RING_SIZE)

struct event {
    int source, kind;
    double value;
};

void ring_put(struct event event);
int ring_take(struct event *event);
int ring_lost(void);
