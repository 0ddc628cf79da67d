// Spinlocks, and a lock of one's own from an atomic exchange.
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>

static pthread_spinlock_t spin;
static atomic_flag own = ATOMIC_FLAG_INIT;
static int first, second;

static void *work(void *argument) {
    for (int i = 0; i < 300; i++) {
        pthread_spin_lock(&spin);
        first++;
        pthread_spin_unlock(&spin);
        while (atomic_flag_test_and_set(&own)) sched_yield();
        second++;
        atomic_flag_clear(&own);
    }
    return argument;
}

int main(void) {
    pthread_t threads[3];
    pthread_spin_init(&spin, PTHREAD_PROCESS_PRIVATE);
    for (int i = 0; i < 3; i++) pthread_create(&threads[i], NULL, work, NULL);
    for (int i = 0; i < 3; i++) pthread_join(threads[i], NULL);
    printf("%d %d\n", first, second);
    pthread_spin_lock(&spin);
    printf("busy: %s\n", pthread_spin_trylock(&spin) == EBUSY ? "yes" : "no");
    pthread_spin_unlock(&spin);
    pthread_spin_destroy(&spin);
    return 0;
}
