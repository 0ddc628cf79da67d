#ifndef QUEUE_H
#define QUEUE_H
#include <stdbool.h>

typedef struct queue queue;
typedef struct job {
    int priority, cost;
    char name[16];
} job;

queue *queue_new(void);
void queue_free(queue *);
void queue_put(queue *, job);
bool queue_take(queue *, job *);
int queue_length(const queue *);
#endif
