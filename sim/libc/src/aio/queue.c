// glibc does asynchronous requests in threads of its own. Here there is no other task: a request is done within the
// call that makes it, if its descriptor is ready (poll(2)), as files always are. One that would have to wait for a
// descriptor stays in a queue and is done in a later call of this family, when it can be; one that is to tell of its
// end by a signal cannot rely on a later call, and is waited for in the call itself.
#include <bits/aio_queue.h>
#include <bits/syscall.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct aiocb* waiting;
static pid_t owner;  // a child that was forked does not inherit requests (fork(2))

struct aiocb* __aio_first(void) {
    if (waiting && owner != getpid()) waiting = 0;
    return waiting;
}

int __aio_is_valid(const struct sigevent* event) {
    if (event->sigev_notify == SIGEV_SIGNAL || event->sigev_notify == SIGEV_NONE) return 1;
    errno = event->sigev_notify == SIGEV_THREAD ? ENOTSUP : EINVAL;
    return 0;
}

void __aio_notify(const struct sigevent* event) {
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

static void end(struct aiocb* request, ssize_t result, int error) {
    struct aiocb** link = &waiting;
    while (*link && *link != request) link = &(*link)->__next;
    if (*link) *link = request->__next;
    request->__return_value = result;
    request->__error_code = error;
    __aio_notify(&request->aio_sigevent);
}

void __aio_cancel(struct aiocb* request) {
    end(request, -1, ECANCELED);
}

static ssize_t perform(struct aiocb* request) {
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

static short events_of(const struct aiocb* request) {
    return request->__operation == __AIO_WRITE ? POLLOUT : POLLIN;
}

// One descriptor's requests are done one after the other.
static int is_behind_another(const struct aiocb* request) {
    for (struct aiocb* other = waiting; other != request; other = other->__next)
        if (other->aio_fildes == request->aio_fildes) return 1;
    return 0;
}

static int is_ready(const struct aiocb* request) {
    if (is_behind_another(request)) return 0;
    if (request->__operation != __AIO_READ && request->__operation != __AIO_WRITE) return 1;
    if (request->aio_sigevent.sigev_notify == SIGEV_SIGNAL) return 1;
    if (request->aio_fildes < 0) return 1;  // poll() ignores it
    struct pollfd descriptor = {request->aio_fildes, events_of(request), 0};
    return poll(&descriptor, 1, 0) != 0;
}

void __aio_progress(void) {
    int saved = errno;
    struct aiocb* request = __aio_first();
    while (request) {
        struct aiocb* next = request->__next;
        if (is_ready(request)) {
            ssize_t result = perform(request);
            end(request, result, result < 0 ? errno : 0);
        }
        request = next;
    }
    errno = saved;
}

int __aio_enter(struct aiocb* request, int operation) {
    const int is_sync = operation == __AIO_FSYNC || operation == __AIO_FDATASYNC;
    if (!__aio_is_valid(&request->aio_sigevent)) return -1;
    if (!is_sync && (request->aio_reqprio < 0 || request->aio_reqprio > 20)) {
        request->__error_code = errno = EINVAL;
        request->__return_value = -1;
        return -1;
    }
    struct aiocb** link = &waiting;
    if (__aio_first())
        while (*link) link = &(*link)->__next;
    *link = request;
    owner = getpid();
    request->__next = 0;
    request->__operation = operation;
    request->__error_code = EINPROGRESS;
    request->__return_value = 0;
    __aio_progress();
    return 0;
}

int __aio_wait(const struct timespec* timeout) {
    enum { MOST = 64 };  // descriptors; more requests than that are looked at in turns
    struct pollfd descriptors[MOST];
    nfds_t count = 0;
    for (struct aiocb* request = __aio_first(); request && count < MOST; request = request->__next) {
        if (is_behind_another(request)) continue;
        descriptors[count].fd = request->aio_fildes;
        descriptors[count++].events = events_of(request);
    }
    int ready = ppoll(descriptors, count, timeout, 0);
    if (ready == 0) errno = EAGAIN;
    return ready > 0 ? 0 : -1;
}
