// The calls of aio(7); bits/aio_queue.h says how they are carried out.
#include <bits/aio_queue.h>
#include <errno.h>
#include <fcntl.h>
#include <time.h>

int aio_read(struct aiocb* request) {
    return __aio_enter(request, __AIO_READ);
}

int aio_write(struct aiocb* request) {
    return __aio_enter(request, __AIO_WRITE);
}

int aio_fsync(int operation, struct aiocb* request) {
    if (operation != O_SYNC && operation != O_DSYNC) {
        errno = EINVAL;
        return -1;
    }
    int flags = fcntl(request->aio_fildes, F_GETFL);
    if (flags < 0 || (flags & O_ACCMODE) == O_RDONLY) {
        errno = EBADF;
        return -1;
    }
    return __aio_enter(request, operation == O_SYNC ? __AIO_FSYNC : __AIO_FDATASYNC);
}

int aio_error(const struct aiocb* request) {
    __aio_progress();
    return request->__error_code;
}

ssize_t aio_return(struct aiocb* request) {
    return request->__return_value;
}

static int is_waiting(const struct aiocb* request) {
    return request && request->__error_code == EINPROGRESS;
}

static struct timespec time_until(struct timespec deadline) {
    struct timespec now, left;
    clock_gettime(CLOCK_MONOTONIC, &now);
    left.tv_sec = deadline.tv_sec - now.tv_sec;
    left.tv_nsec = deadline.tv_nsec - now.tv_nsec;
    if (left.tv_nsec < 0) {
        left.tv_sec--;
        left.tv_nsec += 1000000000;
    }
    if (left.tv_sec < 0) left.tv_sec = left.tv_nsec = 0;
    return left;
}

int aio_suspend(const struct aiocb* const requests[], int count, const struct timespec* timeout) {
    struct timespec deadline = {0, 0};
    if (count < 0 || (timeout && (timeout->tv_nsec < 0 || timeout->tv_nsec >= 1000000000))) {
        errno = EINVAL;
        return -1;
    }
    if (timeout) {
        clock_gettime(CLOCK_MONOTONIC, &deadline);
        deadline.tv_sec += timeout->tv_sec;
        deadline.tv_nsec += timeout->tv_nsec;
        if (deadline.tv_nsec >= 1000000000) {
            deadline.tv_sec++;
            deadline.tv_nsec -= 1000000000;
        }
    }
    for (;;) {
        __aio_progress();
        int waiting = 0;
        for (int i = 0; i < count; i++) {
            if (requests[i] && !is_waiting(requests[i])) return 0;
            if (requests[i]) waiting++;
        }
        if (waiting == 0) return 0;
        struct timespec left = time_until(deadline);
        if (__aio_wait(timeout ? &left : 0) < 0) return -1;
    }
}

int aio_cancel(int fd, struct aiocb* request) {
    int result = AIO_ALLDONE, is_first = 1;
    if (fcntl(fd, F_GETFL) < 0) {
        errno = EBADF;
        return -1;
    }
    if (request && request->aio_fildes != fd) {
        errno = EINVAL;
        return -1;
    }
    // The first request of a descriptor is under way in glibc and cannot be taken back; those behind it can.
    for (struct aiocb *at = __aio_first(), *next; at; at = next) {
        next = at->__next;
        if (at->aio_fildes != fd) continue;
        if (!request || at == request) {
            if (is_first) {
                result = AIO_NOTCANCELED;
            } else {
                if (result == AIO_ALLDONE) result = AIO_CANCELED;
                __aio_cancel(at);
            }
        }
        is_first = 0;
    }
    return result;
}

static const struct sigevent no_notice = {.sigev_notify = SIGEV_NONE};

int lio_listio(int mode, struct aiocb* const requests[], int count, struct sigevent* event) {
    if ((mode != LIO_WAIT && mode != LIO_NOWAIT) || count < 0) {
        errno = EINVAL;
        return -1;
    }
    if (mode == LIO_NOWAIT && event && !__aio_is_valid(event)) return -1;
    int result = 0;
    // With a notice of the whole list nothing may be left for a later call.
    const int must_wait = mode == LIO_WAIT || (event && event->sigev_notify == SIGEV_SIGNAL);
    for (int i = 0; i < count; i++) {
        if (!requests[i] || requests[i]->aio_lio_opcode == LIO_NOP) continue;
        int operation = requests[i]->aio_lio_opcode == LIO_READ    ? __AIO_READ
                        : requests[i]->aio_lio_opcode == LIO_WRITE ? __AIO_WRITE
                                                                   : __AIO_INVALID;
        // glibc: the requests of a list give no notices of their own.
        requests[i]->aio_sigevent = no_notice;
        if (__aio_enter(requests[i], operation) < 0) result = -1;
    }
    for (int i = 0; must_wait && i < count; i++) {
        if (!requests[i] || requests[i]->aio_lio_opcode == LIO_NOP) continue;
        while (is_waiting(requests[i])) {
            if (__aio_wait(0) < 0) return -1;
            __aio_progress();
        }
        if (mode == LIO_WAIT && requests[i]->__return_value < 0) result = -1;
    }
    if (mode == LIO_WAIT && result < 0) errno = EIO;
    if (mode == LIO_NOWAIT && event) __aio_notify(event);
    return result;
}
