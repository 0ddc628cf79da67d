// The requests of aio(7) that are not done yet: what the sources of this library share.
#ifndef _BITS_AIO_QUEUE_H
#define _BITS_AIO_QUEUE_H

#include <aio.h>

enum { __AIO_READ, __AIO_WRITE, __AIO_FSYNC, __AIO_FDATASYNC, __AIO_INVALID };

// A list whose last request is to be told of (lio_listio(3)).
struct __aio_list {
    int left;  ///< requests that are not done, and one for who enters them
    struct sigevent event;
};

// Enters a request, of a list or of none; EINVAL or EAGAIN.
int __aio_enter(struct aiocb* request, int operation, struct __aio_list* list);
// One of the list's requests is done. The last one frees it.
void __aio_count_down(struct __aio_list* list);
// How many requests have ended so far.
int __aio_ended(void);
// Waits until more than `ended` have, a signal comes (EINTR), or the time is up (EAGAIN).
int __aio_wait(int ended, const struct timespec* timeout);
// AIO_CANCELED, AIO_NOTCANCELED or AIO_ALLDONE: for one request of the descriptor, or all of them.
int __aio_cancel(int fd, struct aiocb* request);
int __aio_is_valid(const struct sigevent* event);

#endif
