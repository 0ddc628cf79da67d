// Producer and consumer over a ring of four places, with a mutex and two condition variables.
#include <pthread.h>
#include <stdio.h>

#define PLACES 4
#define ITEMS 30

static int ring[PLACES], count, in, out;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t not_full = PTHREAD_COND_INITIALIZER, not_empty = PTHREAD_COND_INITIALIZER;

static void put(int item) {
    pthread_mutex_lock(&lock);
    while (count == PLACES) pthread_cond_wait(&not_full, &lock);
    ring[in] = item;
    in = (in + 1) % PLACES;
    count++;
    pthread_cond_signal(&not_empty);
    pthread_mutex_unlock(&lock);
}

static int get(void) {
    pthread_mutex_lock(&lock);
    while (count == 0) pthread_cond_wait(&not_empty, &lock);
    int item = ring[out];
    out = (out + 1) % PLACES;
    count--;
    pthread_cond_signal(&not_full);
    pthread_mutex_unlock(&lock);
    return item;
}

static void *produce(void *argument) {
    (void)argument;
    for (int i = 1; i <= ITEMS; i++) put(i * i);
    put(-1);
    return NULL;
}

static void *consume(void *argument) {
    long *sum = argument;
    for (int item; (item = get()) != -1;) {
        printf("got %d\n", item);
        *sum += item;
    }
    return NULL;
}

int main(void) {
    pthread_t producer, consumer;
    long sum = 0;
    pthread_create(&consumer, NULL, consume, &sum);
    pthread_create(&producer, NULL, produce, NULL);
    pthread_join(producer, NULL);
    pthread_join(consumer, NULL);
    printf("sum %ld\n", sum);
    return 0;
}
