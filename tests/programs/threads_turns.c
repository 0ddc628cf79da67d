// Three threads take turns by a condition variable: the order is fixed, whatever the scheduler does.
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int turn;

static void *player(void *argument) {
    int me = (int)(long)argument;
    for (int round = 0; round < 4; round++) {
        pthread_mutex_lock(&lock);
        while (turn % 3 != me) pthread_cond_wait(&changed, &lock);
        printf("round %d: player %d\n", round, me);
        turn++;
        pthread_cond_broadcast(&changed);
        pthread_mutex_unlock(&lock);
    }
    return NULL;
}

int main(void) {
    pthread_t players[3];
    for (long i = 0; i < 3; i++) pthread_create(&players[i], NULL, player, (void *)i);
    for (int i = 0; i < 3; i++) pthread_join(players[i], NULL);
    printf("turns %d\n", turn);
    return 0;
}
