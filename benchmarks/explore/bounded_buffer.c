// Two producers put N items each into a buffer of two places; two consumers take N each. Prints what the first has got.
#include <semaphore.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

struct shared {
    sem_t empty, full, lock;
    int buffer[2], in, out, taken[2];
};

static void produce(struct shared *s, int item) {
    for (int i = 0; i < N; i++) {
        sem_wait(&s->empty);
        sem_wait(&s->lock);
        s->buffer[s->in] = item;
        s->in = (s->in + 1) % 2;
        sem_post(&s->lock);
        sem_post(&s->full);
    }
}

static void consume(struct shared *s, int me) {
    for (int i = 0; i < N; i++) {
        sem_wait(&s->full);
        sem_wait(&s->lock);
        s->taken[me] += s->buffer[s->out];
        s->out = (s->out + 1) % 2;
        sem_post(&s->lock);
        sem_post(&s->empty);
    }
}

int main(void) {
    struct shared *s = mmap(NULL, sizeof *s, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    sem_init(&s->empty, 1, 2);
    sem_init(&s->full, 1, 0);
    sem_init(&s->lock, 1, 1);
    for (int p = 0; p < 4; p++)
        if (fork() == 0) {
            if (p < 2)
                produce(s, p + 1);
            else
                consume(s, p - 2);
            _exit(0);
        }
    for (int p = 0; p < 4; p++) wait(NULL);
    printf("%d", s->taken[0]);
    return 0;
}
