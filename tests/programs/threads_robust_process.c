// A robust mutex in memory that two processes share: the child is killed while it holds it.
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

struct shared {
    pthread_mutex_t mutex;
    int balance;
};

int main(void) {
    struct shared *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(&shared->mutex, &attributes);
    shared->balance = 100;
    if (fork() == 0) {
        pthread_mutex_lock(&shared->mutex);
        shared->balance -= 30;
        raise(SIGKILL);
    }
    int status;
    wait(&status);
    printf("the child was killed by signal %d\n", WTERMSIG(status));
    int error = pthread_mutex_lock(&shared->mutex);
    printf("the owner is dead: %s, balance %d\n", error == EOWNERDEAD ? "yes" : "no", shared->balance);
    shared->balance = 100;
    pthread_mutex_consistent(&shared->mutex);
    pthread_mutex_unlock(&shared->mutex);
    if (fork() == 0) {
        error = pthread_mutex_lock(&shared->mutex);
        shared->balance += 5;
        pthread_mutex_unlock(&shared->mutex);
        _exit(error);
    }
    wait(&status);
    printf("the second child ended with %d, balance %d\n", WEXITSTATUS(status), shared->balance);
    return 0;
}
