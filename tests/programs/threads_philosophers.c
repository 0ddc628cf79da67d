// Five philosophers; each takes the lower-numbered fork first, so that they never all wait for one another.
#include <pthread.h>
#include <stdio.h>

#define SEATS 5
#define MEALS 20

static pthread_mutex_t forks[SEATS];
static int meals[SEATS];

static void *dine(void *argument) {
    int seat = *(int *)argument;
    int left = seat, right = (seat + 1) % SEATS;
    int first = left < right ? left : right, second = left < right ? right : left;
    for (int i = 0; i < MEALS; i++) {
        pthread_mutex_lock(&forks[first]);
        pthread_mutex_lock(&forks[second]);
        meals[seat]++;
        pthread_mutex_unlock(&forks[second]);
        pthread_mutex_unlock(&forks[first]);
    }
    return NULL;
}

int main(void) {
    pthread_t philosophers[SEATS];
    int seats[SEATS];
    for (int i = 0; i < SEATS; i++) pthread_mutex_init(&forks[i], NULL);
    for (int i = 0; i < SEATS; i++) {
        seats[i] = i;
        pthread_create(&philosophers[i], NULL, dine, &seats[i]);
    }
    for (int i = 0; i < SEATS; i++) pthread_join(philosophers[i], NULL);
    for (int i = 0; i < SEATS; i++) printf("philosopher %d ate %d times\n", i, meals[i]);
    for (int i = 0; i < SEATS; i++) pthread_mutex_destroy(&forks[i]);
    return 0;
}
