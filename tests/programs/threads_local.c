// Thread-local variables: every thread begins with the initial values, and nobody sees another's.
#include <pthread.h>
#include <stdio.h>
#include <string.h>

static _Thread_local int counter = 5;
static __thread char name[16] = "nobody";
_Thread_local long zero;
static _Thread_local struct {
    int x, y;
} point = {1, 2};
static int *seen[3];

static int *static_one(void) {
    static _Thread_local int calls;
    calls++;
    return &calls;
}

static void *work(void *argument) {
    int me = (int)(long)argument;
    printf("thread %d begins with %d, %s, %ld, (%d, %d), %d\n", me, counter, name, zero, point.x, point.y,
           *static_one());
    counter += me * 10;
    snprintf(name, sizeof name, "thread %d", me);
    point.y = me;
    zero--;
    for (int i = 0; i < me; i++) static_one();
    printf("thread %d ends with %d, %s, %ld, (%d, %d), %d\n", me, counter, name, zero, point.x, point.y,
           *static_one());
    seen[me] = &counter;
    return NULL;
}

int main(void) {
    counter = 100;
    strcpy(name, "main");
    seen[0] = &counter;
    for (long i = 1; i <= 2; i++) {
        pthread_t thread;
        pthread_create(&thread, NULL, work, (void *)i);
        pthread_join(thread, NULL);
    }
    printf("main has %d, %s, %ld, (%d, %d), %d\n", counter, name, zero, point.x, point.y, *static_one());
    printf("addresses differ: %s\n", seen[0] != seen[1] ? "yes" : "no");
    return 0;
}
