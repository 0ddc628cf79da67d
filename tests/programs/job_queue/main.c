/* A dispatcher keeps jobs in order and hands them to worker processes, each with a pipe in both directions. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "queue.h"

enum { WORKERS = 3 };
static struct {
    int to, from;
} workers[WORKERS];

static void work(int in, int out) {
    job one;
    while (read(in, &one, sizeof one) == sizeof one) {
        long result = 1;
        for (int i = 0; i < one.cost; i++) result = result * 3 % 1000003;
        if (write(out, &result, sizeof result) != sizeof result) _exit(1);
    }
    _exit(0);
}

static void start(int number) {
    int to[2], from[2];
    if (pipe(to) < 0 || pipe(from) < 0) exit(1);
    if (fork() == 0) {
        for (int i = 0; i < number; i++) {
            close(workers[i].to);
            close(workers[i].from);
        }
        close(to[1]);
        close(from[0]);
        work(to[0], from[1]);
    }
    close(to[0]);
    close(from[1]);
    workers[number].to = to[1];
    workers[number].from = from[0];
}

int main(void) {
    queue *jobs = queue_new();
    for (int i = 0; i < 12; i++) {
        job one = {.priority = i * 5 % 4, .cost = 10 + i};
        snprintf(one.name, sizeof one.name, "job-%02d", i);
        queue_put(jobs, one);
    }
    for (int i = 0; i < WORKERS; i++) start(i);
    job batch[WORKERS];
    while (queue_length(jobs) > 0) {
        int given = 0;
        while (given < WORKERS && queue_take(jobs, &batch[given])) {
            if (write(workers[given].to, &batch[given], sizeof(job)) != sizeof(job)) return 1;
            given++;
        }
        for (int i = 0; i < given; i++) {
            long result;
            if (read(workers[i].from, &result, sizeof result) != sizeof result) return 1;
            printf("%s (priority %d) by worker %d: %ld\n", batch[i].name, batch[i].priority, i, result);
        }
    }
    for (int i = 0; i < WORKERS; i++) close(workers[i].to);
    int ended = 0;
    while (wait(NULL) > 0) ended++;
    printf("%d workers ended\n", ended);
    queue_free(jobs);
    return 0;
}
