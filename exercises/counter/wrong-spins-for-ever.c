// check: FAIL  it always comes to an end
#include <semaphore.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

struct shared {
    int count;
    sem_t lock;
};

static void add(struct shared *s) {
    while (sem_trywait(&s->lock) != 0) continue;
    s->count++;
}

int main(void) {
    struct shared *s = mmap(NULL, sizeof *s, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    sem_init(&s->lock, 1, 1);
    if (fork() == 0) {
        add(s);
        _exit(0);
    }
    add(s);
    wait(NULL);
    printf("%d\n", s->count);
    return 0;
}
