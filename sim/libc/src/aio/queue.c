// As in glibc, a descriptor's requests are done one after the other by a thread of the library's own, which is there
// as long as there are any.
#include <bits/aio_queue.h>
#include <bits/notify.h>
#include <bits/thread.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { WAIT_PRIVATE = 128, WAKE_PRIVATE = 129, EVERYBODY = 0x7fffffff };

static int lock;
static struct aiocb* first;  ///< of all that are not done, in the order in which they came
static pid_t owner;          ///< a child that was forked does not inherit requests (fork(2))
static int ended;            ///< futex word: counts requests that have ended

int __aio_is_valid(const struct sigevent* event) {
    const int how = event->sigev_notify;
    if (how == SIGEV_SIGNAL || how == SIGEV_NONE || how == SIGEV_THREAD) return 1;
    errno = EINVAL;
    return 0;
}

static void notify(const struct sigevent* event) {
    if (event->sigev_notify == SIGEV_THREAD) __notify_by_thread(event, __NOTIFY_BLOCKS_NONE);
    if (event->sigev_notify != SIGEV_SIGNAL) return;
    siginfo_t info;
    __ipclab_memset(&info, 0, sizeof info);
    info.si_signo = event->sigev_signo;
    info.si_code = SI_ASYNCIO;
    info.si_pid = getpid();
    info.si_uid = getuid();
    info.si_value = event->sigev_value;
    RAW3(SYS_rt_sigqueueinfo, info.si_pid, event->sigev_signo, &info);
}

void __aio_count_down(struct __aio_list* list) {
    if (!list || __ipclab_atomic_add(&list->left, -1, 4) != 1) return;
    notify(&list->event);
    free(list);
}

static ssize_t perform(const struct aiocb* request) {
    ssize_t result;
    void* buffer = (void*)request->aio_buf;
    // glibc: what cannot be positioned is read and written where it stands.
    switch (request->__operation) {
        case __AIO_READ:
            result = pread(request->aio_fildes, buffer, request->aio_nbytes, request->aio_offset);
            if (result < 0 && errno == ESPIPE)
                result = read(request->aio_fildes, buffer, request->aio_nbytes);
            return result;
        case __AIO_WRITE:
            result = pwrite(request->aio_fildes, buffer, request->aio_nbytes, request->aio_offset);
            if (result < 0 && errno == ESPIPE)
                result = write(request->aio_fildes, buffer, request->aio_nbytes);
            return result;
        case __AIO_FSYNC:
            return fsync(request->aio_fildes);
        case __AIO_FDATASYNC:
            return fdatasync(request->aio_fildes);
    }
    errno = EINVAL;
    return -1;
}

/// The oldest request of the descriptor. With the lock.
static struct aiocb* next_of(int fd, struct aiocb* from) {
    while (from && from->aio_fildes != fd) from = from->__next;
    return from;
}

/// With the lock; who has it then tells of the end by finish(). The program may use the request again from here on.
static void unlink_request(struct aiocb* request, ssize_t result, int error) {
    struct aiocb** link = &first;
    while (*link != request) link = &(*link)->__next;
    *link = request->__next;
    request->__return_value = result;
    __ipclab_atomic_store(&request->__error_code, error, 4);
}

static void finish(const struct sigevent* event, struct __aio_list* list) {
    __ipclab_atomic_add(&ended, 1, 4);
    RAW3(SYS_futex, &ended, WAKE_PRIVATE, EVERYBODY);
    notify(event);
    __aio_count_down(list);
}

static void* serve(void* argument) {
    const int fd = (int)(long)argument;
    LOW_LOCK(&lock);
    for (struct aiocb* request; (request = next_of(fd, first)) != 0;) {
        LOW_UNLOCK(&lock);
        ssize_t result = perform(request);
        const int error = result < 0 ? errno : 0;
        const struct sigevent event = request->aio_sigevent;
        struct __aio_list* list = request->__list;
        LOW_LOCK(&lock);
        unlink_request(request, result, error);
        LOW_UNLOCK(&lock);
        finish(&event, list);
        LOW_LOCK(&lock);
    }
    LOW_UNLOCK(&lock);
    return 0;
}

static int refuse(struct aiocb* request, int error) {
    request->__error_code = errno = error;
    request->__return_value = -1;
    return -1;
}

int __aio_enter(struct aiocb* request, int operation, struct __aio_list* list) {
    const int is_sync = operation == __AIO_FSYNC || operation == __AIO_FDATASYNC;
    if (!__aio_is_valid(&request->aio_sigevent)) return -1;
    if (!is_sync && (request->aio_reqprio < 0 || request->aio_reqprio > 20)) return refuse(request, EINVAL);
    request->__next = 0;
    request->__operation = operation;
    request->__error_code = EINPROGRESS;
    request->__return_value = 0;
    request->__list = list;
    int error = 0;
    LOW_LOCK(&lock);
    if (owner != getpid()) first = 0;
    owner = getpid();
    const int is_served = next_of(request->aio_fildes, first) != 0;
    struct aiocb** link = &first;
    while (*link) link = &(*link)->__next;
    *link = request;
    if (list) __ipclab_atomic_add(&list->left, 1, 4);
    if (!is_served) {
        pthread_t id;
        error = __start_helper(&id, serve, (void*)(long)request->aio_fildes);
        if (error) *link = 0;
    }
    LOW_UNLOCK(&lock);
    if (error && list) __ipclab_atomic_add(&list->left, -1, 4);
    return error ? refuse(request, EAGAIN) : 0;
}

int __aio_ended(void) {
    return __ipclab_atomic_load(&ended, 4);
}

int __aio_wait(int before, const struct timespec* timeout) {
    long result = CANCELLABLE(RAW6(SYS_futex, &ended, WAIT_PRIVATE, before, timeout, 0, 0));
    if (result >= 0 || result == -EAGAIN) return 0;
    errno = result == -ETIMEDOUT ? EAGAIN : (int)-result;
    return -1;
}

int __aio_cancel(int fd, struct aiocb* wanted) {
    int result = AIO_ALLDONE, is_first = 1;
    struct aiocb* cancelled = 0;
    LOW_LOCK(&lock);
    struct aiocb* next;
    for (struct aiocb* at = owner == getpid() ? next_of(fd, first) : 0; at; at = next) {
        next = next_of(fd, at->__next);
        // A descriptor's first request is under way and cannot be taken back; those behind it can.
        if ((!wanted || at == wanted) && is_first) result = AIO_NOTCANCELED;
        if ((!wanted || at == wanted) && !is_first) {
            if (result == AIO_ALLDONE) result = AIO_CANCELED;
            unlink_request(at, -1, ECANCELED);
            at->__next = cancelled;
            cancelled = at;
        }
        is_first = 0;
    }
    LOW_UNLOCK(&lock);
    for (; cancelled; cancelled = next) {
        next = cancelled->__next;
        finish(&cancelled->aio_sigevent, cancelled->__list);
    }
    return result;
}
