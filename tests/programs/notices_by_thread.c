// SIGEV_THREAD: a timer, an asynchronous read and a list of writes each tell of their end by a thread that calls a function.
#include <aio.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static sem_t told;
static pthread_t first_thread;
static int rounds, is_other_thread, blocked_signals;

static void expired(union sigval value) {
    sigset_t mask;
    pthread_sigmask(SIG_BLOCK, NULL, &mask);
    blocked_signals = sigismember(&mask, SIGUSR1);
    is_other_thread = !pthread_equal(pthread_self(), first_thread);
    rounds += *(int*)value.sival_ptr;
    sem_post(&told);
}

static void request_done(union sigval value) {
    struct aiocb* request = value.sival_ptr;
    printf("request: error %d, %zd bytes\n", aio_error(request), aio_return(request));
    sem_post(&told);
}

static void list_done(union sigval value) {
    printf("list of %d\n", value.sival_int);
    sem_post(&told);
}

static struct aiocb request_of(int fd, char* text, size_t bytes, off_t offset) {
    struct aiocb request;
    memset(&request, 0, sizeof request);
    request.aio_fildes = fd;
    request.aio_buf = text;
    request.aio_nbytes = bytes;
    request.aio_offset = offset;
    request.aio_lio_opcode = LIO_WRITE;
    request.aio_sigevent.sigev_notify = SIGEV_NONE;
    return request;
}

static void timers(void) {
    int add = 5;
    timer_t timer;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 128 * 1024);
    struct sigevent event;
    memset(&event, 0, sizeof event);
    event.sigev_notify = SIGEV_THREAD;
    event.sigev_notify_function = expired;
    event.sigev_notify_attributes = &attributes;
    event.sigev_value.sival_ptr = &add;
    printf("create: %d\n", timer_create(CLOCK_MONOTONIC, &event, &timer));
    struct itimerspec once = {{0, 0}, {0, 1000000}}, left;
    for (int i = 0; i < 3; i++) {
        timer_settime(timer, 0, &once, NULL);
        while (sem_wait(&told) < 0 && errno == EINTR) continue;
    }
    timer_gettime(timer, &left);
    printf("%d, armed %d, other thread %d, blocked %d\n", rounds, left.it_value.tv_nsec != 0, is_other_thread,
           blocked_signals);
    printf("delete: %d\n", timer_delete(timer));
    printf("delete again: %d\n", timer_delete(timer));
    pthread_attr_destroy(&attributes);
}

int main(void) {
    setbuf(stdout, NULL);
    first_thread = pthread_self();
    sem_init(&told, 0, 0);
    sigset_t usr1;
    sigemptyset(&usr1);
    sigaddset(&usr1, SIGUSR1);
    sigprocmask(SIG_BLOCK, &usr1, NULL);
    timers();

    char text[16] = "";
    int ends[2];
    if (pipe(ends) < 0) return 1;
    struct aiocb read = request_of(ends[0], text, sizeof text - 1, 0);
    read.aio_sigevent.sigev_notify = SIGEV_THREAD;
    read.aio_sigevent.sigev_notify_function = request_done;
    read.aio_sigevent.sigev_value.sival_ptr = &read;
    printf("read: %d\n", aio_read(&read));
    printf("in progress: %d\n", aio_error(&read) == EINPROGRESS);  // the pipe is empty: the caller goes on
    if (write(ends[1], "late", 4) != 4) return 1;
    sem_wait(&told);
    printf("%s\n", text);

    int file = open("notices.tmp", O_RDWR | O_CREAT | O_TRUNC, 0600);
    struct aiocb one = request_of(file, "one ", 4, 0), two = request_of(file, "two\n", 4, 4);
    struct aiocb* list[] = {&one, NULL, &two};
    struct sigevent event;
    memset(&event, 0, sizeof event);
    event.sigev_notify = SIGEV_THREAD;
    event.sigev_notify_function = list_done;
    event.sigev_value.sival_int = 2;
    const int entered = lio_listio(LIO_NOWAIT, list, 3, &event);
    sem_wait(&told);
    printf("list: %d\n", entered);
    char both[9] = "";
    printf("%zd %s", pread(file, both, 8, 0), both);
    unlink("notices.tmp");
    return 0;
}
