// The calls of aio(7); bits/aio_queue.h says how they are carried out.
#include <bits/aio_queue.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <time.h>

int aio_read(struct aiocb* request) {
    return __aio_enter(request, __AIO_READ, 0);
}

int aio_write(struct aiocb* request) {
    return __aio_enter(request, __AIO_WRITE, 0);
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
    return __aio_enter(request, operation == O_SYNC ? __AIO_FSYNC : __AIO_FDATASYNC, 0);
}

int aio_error(const struct aiocb* request) {
    return __ipclab_atomic_load(&request->__error_code, 4);
}

ssize_t aio_return(struct aiocb* request) {
    return request->__return_value;
}

static int is_waiting(const struct aiocb* request) {
    return request && aio_error(request) == EINPROGRESS;
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
        const int ended = __aio_ended();
        int waiting = 0;
        for (int i = 0; i < count; i++) {
            if (requests[i] && !is_waiting(requests[i])) return 0;
            if (requests[i]) waiting++;
        }
        if (waiting == 0) return 0;
        struct timespec left = time_until(deadline);
        if (__aio_wait(ended, timeout ? &left : 0) < 0) return -1;
    }
}

int aio_cancel(int fd, struct aiocb* request) {
    if (fcntl(fd, F_GETFL) < 0) {
        errno = EBADF;
        return -1;
    }
    if (request && request->aio_fildes != fd) {
        errno = EINVAL;
        return -1;
    }
    return __aio_cancel(fd, request);
}

static int operation_of(const struct aiocb* request) {
    switch (request->aio_lio_opcode) {
        case LIO_READ:
            return __AIO_READ;
        case LIO_WRITE:
            return __AIO_WRITE;
        default:
            return __AIO_INVALID;
    }
}

static int has_work(const struct aiocb* request) {
    return request && request->aio_lio_opcode != LIO_NOP;
}

static int wait_for(const struct aiocb* request) {
    while (is_waiting(request)) {
        const int ended = __aio_ended();
        if (is_waiting(request) && __aio_wait(ended, 0) < 0) return -1;
    }
    return request->__return_value < 0 ? EIO : 0;
}

int lio_listio(int mode, struct aiocb* const requests[], int count, struct sigevent* event) {
    static const struct sigevent none = {.sigev_notify = SIGEV_NONE};
    if ((mode != LIO_WAIT && mode != LIO_NOWAIT) || count < 0) {
        errno = EINVAL;
        return -1;
    }
    struct __aio_list* list = 0;
    if (mode == LIO_NOWAIT) {
        if (event && !__aio_is_valid(event)) return -1;
        list = malloc(sizeof *list);
        if (!list) {
            errno = EAGAIN;
            return -1;
        }
        list->left = 1;
        list->event = event ? *event : none;
    }
    int result = 0;
    for (int i = 0; i < count; i++) {
        if (!has_work(requests[i])) continue;
        if (__aio_enter(requests[i], operation_of(requests[i]), list) < 0) result = -1;
    }
    if (mode == LIO_NOWAIT) {
        __aio_count_down(list);
        return result;
    }
    for (int i = 0; i < count; i++) {
        if (!has_work(requests[i])) continue;
        const int error = wait_for(requests[i]);
        if (error < 0) return -1;
        if (error > 0) result = -1;
    }
    if (result < 0) errno = EIO;
    return result;
}
