// Initialisation that happens once, whoever comes first; and thread-specific data with a destructor.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static int made;
static int destroyed;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void destroy(void *value) {
    pthread_mutex_lock(&lock);
    destroyed += *(int *)value;
    pthread_mutex_unlock(&lock);
    free(value);
}

static void make(void) {
    made++;
    pthread_key_create(&key, destroy);
}

static void *work(void *argument) {
    pthread_once(&once, make);
    if (pthread_getspecific(key) != NULL) return (void *)"not empty at first";
    int *own = malloc(sizeof *own);
    *own = *(int *)argument;
    pthread_setspecific(key, own);
    for (int i = 0; i < 100; i++)
        if (*(int *)pthread_getspecific(key) != *(int *)argument) return (void *)"somebody else's";
    return (void *)"its own";
}

int main(void) {
    pthread_t threads[4];
    int values[4] = {1, 20, 300, 4000};
    for (int i = 0; i < 4; i++) pthread_create(&threads[i], NULL, work, &values[i]);
    for (int i = 0; i < 4; i++) {
        void *said;
        pthread_join(threads[i], &said);
        printf("thread %d: %s\n", i, (char *)said);
    }
    printf("made %d time, destroyed %d\n", made, destroyed);
    pthread_key_delete(key);
    return 0;
}
