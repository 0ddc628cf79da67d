// fork() copies the thread that calls it only, and locks as they are: a handler of pthread_atfork() keeps them usable.
#include <pthread.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER, plain = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t both;

static void prepare(void) {
    pthread_mutex_lock(&lock);
}
static void release(void) {
    pthread_mutex_unlock(&lock);
}

static void *hold(void *argument) {
    pthread_mutex_lock(&plain);
    pthread_barrier_wait(&both);
    pthread_barrier_wait(&both);
    pthread_mutex_unlock(&plain);
    return argument;
}

int main(void) {
    pthread_t thread;
    int status;
    pthread_atfork(prepare, release, release);
    pthread_barrier_init(&both, NULL, 2);
    pthread_create(&thread, NULL, hold, NULL);
    pthread_barrier_wait(&both);
    if (fork() == 0) {
        int handled = pthread_mutex_trylock(&lock), left = pthread_mutex_trylock(&plain);
        _exit((handled == 0 ? 1 : 0) | (left != 0 ? 2 : 0));
    }
    wait(&status);
    printf("in the child the handled lock is free: %s\n", WEXITSTATUS(status) & 1 ? "yes" : "no");
    printf("in the child the other thread's lock is taken for ever: %s\n", WEXITSTATUS(status) & 2 ? "yes" : "no");
    pthread_barrier_wait(&both);
    pthread_join(thread, NULL);
    printf("in the parent it is free: %s\n", pthread_mutex_trylock(&plain) == 0 ? "yes" : "no");
    return 0;
}
