// A pool of workers with a queue of tasks; results are collected by number.
#include <pthread.h>
#include <stdio.h>

#define WORKERS 3
#define TASKS 12

static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int next, closed, waiting;
    int tasks[TASKS], count;
} queue = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
static unsigned long results[TASKS];

static unsigned long fibonacci(int n) {
    return n < 2 ? (unsigned long)n : fibonacci(n - 1) + fibonacci(n - 2);
}

static void *work(void *argument) {
    for (;;) {
        pthread_mutex_lock(&queue.lock);
        while (queue.next == queue.count && !queue.closed) pthread_cond_wait(&queue.changed, &queue.lock);
        if (queue.next == queue.count) break;
        int task = queue.next++;
        pthread_mutex_unlock(&queue.lock);
        results[task] = fibonacci(queue.tasks[task]);
    }
    pthread_mutex_unlock(&queue.lock);
    return argument;
}

int main(void) {
    pthread_t workers[WORKERS];
    for (int i = 0; i < WORKERS; i++) pthread_create(&workers[i], NULL, work, NULL);
    for (int i = 0; i < TASKS; i++) {
        pthread_mutex_lock(&queue.lock);
        queue.tasks[queue.count++] = i + 5;
        pthread_cond_signal(&queue.changed);
        pthread_mutex_unlock(&queue.lock);
    }
    pthread_mutex_lock(&queue.lock);
    queue.closed = 1;
    pthread_cond_broadcast(&queue.changed);
    pthread_mutex_unlock(&queue.lock);
    for (int i = 0; i < WORKERS; i++) pthread_join(workers[i], NULL);
    for (int i = 0; i < TASKS; i++) printf("fibonacci(%d) = %lu\n", i + 5, results[i]);
    return 0;
}
