/* A guest sleeps until the soup is on the table. Run with an argument, the guest looks at the table again before eating. */
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int bowls;
static int careful;

static void *guest(void *unused) {
    pthread_mutex_lock(&lock);
    if (careful) {
        while (bowls == 0) pthread_cond_wait(&changed, &lock);
    } else {
        if (bowls == 0) pthread_cond_wait(&changed, &lock);
    }
    bowls--;
    printf("eaten, %d bowls are left\n", bowls);
    pthread_mutex_unlock(&lock);
    return unused;
}

int main(int count, char **arguments) {
    (void)arguments;
    careful = count > 1;
    pthread_t thread;
    pthread_create(&thread, NULL, guest, NULL);
    sleep(1);
    pthread_mutex_lock(&lock);
    bowls++;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&lock);
    pthread_join(thread, NULL);
    return 0;
}
