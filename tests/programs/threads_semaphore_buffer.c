// The bounded buffer with three semaphores: free places, items, and one for the ring itself.
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>

#define PLACES 3
#define PRODUCERS 3
#define EACH 10

static int ring[PLACES], in, out;
static sem_t places, items, turn;

static void *produce(void *argument) {
    int base = *(int *)argument;
    for (int i = 0; i < EACH; i++) {
        sem_wait(&places);
        sem_wait(&turn);
        ring[in] = base + i;
        in = (in + 1) % PLACES;
        sem_post(&turn);
        sem_post(&items);
    }
    return NULL;
}

int main(void) {
    pthread_t threads[PRODUCERS];
    int bases[PRODUCERS] = {100, 200, 300}, last[PRODUCERS] = {0}, sum = 0, in_order = 1, value;
    sem_init(&places, 0, PLACES);
    sem_init(&items, 0, 0);
    sem_init(&turn, 0, 1);
    for (int i = 0; i < PRODUCERS; i++) pthread_create(&threads[i], NULL, produce, &bases[i]);
    for (int i = 0; i < PRODUCERS * EACH; i++) {
        sem_wait(&items);
        sem_wait(&turn);
        int item = ring[out];
        out = (out + 1) % PLACES;
        sem_post(&turn);
        sem_post(&places);
        int who = item / 100 - 1;
        if (last[who] != 0 && item != last[who] + 1) in_order = 0;
        last[who] = item;
        sum += item;
    }
    for (int i = 0; i < PRODUCERS; i++) pthread_join(threads[i], NULL);
    sem_getvalue(&places, &value);
    printf("sum %d, each producer's items in order: %s, free places %d\n", sum, in_order ? "yes" : "no", value);
    sem_destroy(&places);
    sem_destroy(&items);
    sem_destroy(&turn);
    return 0;
}
