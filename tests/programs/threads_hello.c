// Threads in order: each is joined before the next starts, and hands back a value.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *greet(void *argument) {
    const char *name = argument;
    printf("hello from %s\n", name);
    return (void *)strlen(name);
}

int main(void) {
    const char *names[] = {"one", "two", "three"};
    for (int i = 0; i < 3; i++) {
        pthread_t thread;
        void *result;
        int error = pthread_create(&thread, NULL, greet, (void *)names[i]);
        if (error != 0) {
            fprintf(stderr, "pthread_create: %s\n", strerror(error));
            exit(1);
        }
        pthread_join(thread, &result);
        printf("%s has %ld letters\n", names[i], (long)result);
    }
    return 0;
}
