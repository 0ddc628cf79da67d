// Peterson's algorithm: two processes add 1 to a shared counter N times each, one at a time.
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

struct shared {
    atomic_int wants[2], turn;
    int counter;
};

static void work(struct shared *s, int me) {
    for (int i = 0; i < N; i++) {
        atomic_store(&s->wants[me], 1);
        atomic_store(&s->turn, 1 - me);
        while (atomic_load(&s->wants[1 - me]) && atomic_load(&s->turn) == 1 - me) {}
        s->counter++;
        atomic_store(&s->wants[me], 0);
    }
}

int main(void) {
    struct shared *s = mmap(NULL, sizeof *s, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (fork() == 0) {
        work(s, 1);
        _exit(0);
    }
    work(s, 0);
    wait(NULL);
    printf("%d", s->counter);
    return 0;
}
