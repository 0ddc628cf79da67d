/* mq_notify() with SIGEV_THREAD: the library starts a thread that runs our function. */
#include <fcntl.h>
#include <mqueue.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static sem_t done;
static mqd_t queue;

static void arrived(union sigval value) {
    char text[32];
    ssize_t bytes = mq_receive(queue, text, sizeof text, NULL);
    printf("notice %d: %.*s\n", value.sival_int, (int)bytes, text);
    sem_post(&done);
}

int main(void) {
    struct mq_attr attributes = {.mq_maxmsg = 3, .mq_msgsize = 32};
    queue = mq_open("/posix_queue_thread", O_RDWR | O_CREAT, 0600, &attributes);
    if (queue < 0 || sem_init(&done, 0, 0) < 0)
        return 1;
    mq_unlink("/posix_queue_thread");
    for (int i = 1; i <= 3; i++) {
        struct sigevent event = {.sigev_notify = SIGEV_THREAD, .sigev_value.sival_int = i};
        event.sigev_notify_function = arrived;
        char text[32];
        if (mq_notify(queue, &event) < 0)
            return 1;
        snprintf(text, sizeof text, "message %d", i);
        if (mq_send(queue, text, strlen(text), 0) < 0)
            return 1;
        while (sem_wait(&done) < 0)
            ;
    }
    return 0;
}
