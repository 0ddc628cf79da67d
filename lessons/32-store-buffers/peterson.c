// Peterson's algorithm (1981): two threads keep each other out with nothing but reads and writes.
#include <pthread.h>
#include <stdio.h>

static volatile int wants[2], turn; // who wants to enter; who is to go first
static volatile int inside, met;
static int has_fence;

static void visit(int me) {
    wants[me] = 1;
    turn = 1 - me;
    if (has_fence) __sync_synchronize();
    while (wants[1 - me] && turn == 1 - me)
        ; // after you
    inside = inside + 1;
    if (inside == 2) met = 1;
    inside = inside - 1;
    wants[me] = 0;
}

static void *other(void *unused) {
    visit(1);
    return unused;
}

int main(int argc, char **argv) {
    pthread_t thread;
    (void)argv;
    has_fence = argc > 1;
    pthread_create(&thread, NULL, other, NULL);
    visit(0);
    pthread_join(thread, NULL);
    puts(met ? "both inside" : "one after the other");
    return 0;
}
