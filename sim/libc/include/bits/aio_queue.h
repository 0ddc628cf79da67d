// The requests of aio(7) that wait for their descriptor: what the sources of this library share.
#ifndef _BITS_AIO_QUEUE_H
#define _BITS_AIO_QUEUE_H

#include <aio.h>

enum { __AIO_READ, __AIO_WRITE, __AIO_FSYNC, __AIO_FDATASYNC, __AIO_INVALID };

// Enters a request and does it, if it can be done without waiting; EINVAL or ENOTSUP.
int __aio_enter(struct aiocb* request, int operation);
// Does what has become possible.
void __aio_progress(void);
// Waits until a descriptor of a waiting request may be ready, a signal comes (EINTR), or the time is up (EAGAIN).
int __aio_wait(const struct timespec* timeout);
// The requests that wait, in the order in which they came.
struct aiocb* __aio_first(void);
// A request ends without having been done.
void __aio_cancel(struct aiocb* request);
int __aio_is_valid(const struct sigevent* event);
void __aio_notify(const struct sigevent* event);

#endif
