// A mutex and a condition variable between processes, in shared memory.
#include <pthread.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

struct shared {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int state;
};

static void move(struct shared *shared, int from, int to) {
    pthread_mutex_lock(&shared->lock);
    while (shared->state != from) pthread_cond_wait(&shared->changed, &shared->lock);
    shared->state = to;
    pthread_cond_broadcast(&shared->changed);
    pthread_mutex_unlock(&shared->lock);
}

int main(void) {
    struct shared *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pthread_mutexattr_t mutex;
    pthread_condattr_t condition;
    pthread_mutexattr_init(&mutex);
    pthread_mutexattr_setpshared(&mutex, PTHREAD_PROCESS_SHARED);
    pthread_mutex_init(&shared->lock, &mutex);
    pthread_condattr_init(&condition);
    pthread_condattr_setpshared(&condition, PTHREAD_PROCESS_SHARED);
    pthread_cond_init(&shared->changed, &condition);
    if (fork() == 0) {
        for (int i = 0; i < 5; i++) move(shared, 2 * i + 1, 2 * i + 2);
        _exit(7);
    }
    for (int i = 0; i < 5; i++) move(shared, 2 * i, 2 * i + 1);
    move(shared, 10, 99);
    int status;
    wait(&status);
    printf("state %d, the child ended with %d\n", shared->state, WEXITSTATUS(status));
    return 0;
}
