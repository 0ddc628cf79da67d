/* A priority queue as a heap; jobs of equal priority come out in the order in which they were put in. */
#include "queue.h"

#include <stdlib.h>

struct entry {
    job job;
    unsigned long order;
};

struct queue {
    struct entry *entries;
    int length, room;
    unsigned long next_order;
};

static bool before(const struct entry *a, const struct entry *b) {
    if (a->job.priority != b->job.priority) return a->job.priority > b->job.priority;
    return a->order < b->order;
}

static void swap(struct entry *a, struct entry *b) {
    struct entry t = *a;
    *a = *b;
    *b = t;
}

queue *queue_new(void) {
    return calloc(1, sizeof(queue));
}

void queue_free(queue *q) {
    free(q->entries);
    free(q);
}

int queue_length(const queue *q) {
    return q->length;
}

void queue_put(queue *q, job new_job) {
    if (q->length == q->room) {
        q->room = q->room ? 2 * q->room : 4;
        q->entries = realloc(q->entries, (size_t)q->room * sizeof *q->entries);
        if (!q->entries) abort();
    }
    int at = q->length++;
    q->entries[at] = (struct entry){new_job, q->next_order++};
    while (at > 0 && before(&q->entries[at], &q->entries[(at - 1) / 2])) {
        swap(&q->entries[at], &q->entries[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
}

bool queue_take(queue *q, job *taken) {
    if (q->length == 0) return false;
    *taken = q->entries[0].job;
    q->entries[0] = q->entries[--q->length];
    for (int at = 0;;) {
        int best = at;
        for (int child = 2 * at + 1; child <= 2 * at + 2; child++)
            if (child < q->length && before(&q->entries[child], &q->entries[best])) best = child;
        if (best == at) return true;
        swap(&q->entries[at], &q->entries[best]);
        at = best;
    }
}
