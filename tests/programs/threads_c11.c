// The threads of C11.
#include <stdatomic.h>
#include <stdio.h>
#include <threads.h>

static mtx_t lock;
static cnd_t changed;
static tss_t key;
static once_flag flag = ONCE_FLAG_INIT;
static atomic_int sum;
static int arrived, initialised, destroyed;

static void initialise(void) {
    initialised++;
}

static void destroy(void *value) {
    mtx_lock(&lock);
    destroyed += *(int *)value;
    mtx_unlock(&lock);
}

static int work(void *argument) {
    int *number = argument;
    call_once(&flag, initialise);
    tss_set(key, number);
    for (int i = 0; i < 100; i++) atomic_fetch_add(&sum, *(int *)tss_get(key));
    mtx_lock(&lock);
    arrived++;
    cnd_signal(&changed);
    mtx_unlock(&lock);
    if (*number == 3) thrd_exit(33);
    return *number * 10;
}

int main(void) {
    thrd_t threads[3];
    int numbers[3] = {1, 2, 3}, result;
    mtx_init(&lock, mtx_plain);
    cnd_init(&changed);
    tss_create(&key, destroy);
    for (int i = 0; i < 3; i++)
        if (thrd_create(&threads[i], work, &numbers[i]) != thrd_success) return 1;
    mtx_lock(&lock);
    while (arrived < 3) cnd_wait(&changed, &lock);
    mtx_unlock(&lock);
    for (int i = 0; i < 3; i++) {
        thrd_join(threads[i], &result);
        printf("thread %d: %d\n", i, result);
    }
    printf("sum %d, initialised %d, destroyed %d\n", sum, initialised, destroyed);
    mtx_lock(&lock);
    printf("busy: %s\n", mtx_trylock(&lock) == thrd_busy ? "yes" : "no");
    mtx_unlock(&lock);
    mtx_destroy(&lock);
    cnd_destroy(&changed);
    tss_delete(key);
    return 0;
}
