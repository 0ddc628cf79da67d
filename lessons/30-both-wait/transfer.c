// Two threads move money between two accounts, in opposite directions. Each account has a lock.
#include <pthread.h>
#include <stdio.h>

struct account {
    int money;
    pthread_mutex_t lock;
};

static struct account ann = {100, PTHREAD_MUTEX_INITIALIZER}, bob = {100, PTHREAD_MUTEX_INITIALIZER};

static void transfer(struct account *from, struct account *to, int money) {
    pthread_mutex_lock(&from->lock);
    pthread_mutex_lock(&to->lock);
    from->money -= money;
    to->money += money;
    pthread_mutex_unlock(&to->lock);
    pthread_mutex_unlock(&from->lock);
}

static void *other(void *unused) {
    transfer(&bob, &ann, 20);
    return unused;
}

int main(void) {
    pthread_t thread;

    pthread_create(&thread, NULL, other, NULL);
    transfer(&ann, &bob, 50);
    pthread_join(thread, NULL);
    printf("%d %d\n", ann.money, bob.money);
    return 0;
}
