// errno belongs to the thread.
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static pthread_barrier_t both;

static void *fail(void *argument) {
    if (open("/no/such/file", O_RDONLY) >= 0) return NULL;
    pthread_barrier_wait(&both);
    pthread_barrier_wait(&both);
    printf("the thread's: %s\n", strerror(errno));
    return argument;
}

int main(void) {
    pthread_t thread;
    pthread_barrier_init(&both, NULL, 2);
    errno = 0;
    pthread_create(&thread, NULL, fail, NULL);
    pthread_barrier_wait(&both);
    printf("main's before: %d\n", errno);
    close(-1);
    printf("main's after: %s\n", strerror(errno));
    pthread_barrier_wait(&both);
    pthread_join(thread, NULL);
    return 0;
}
