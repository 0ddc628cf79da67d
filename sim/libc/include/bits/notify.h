// SIGEV_THREAD (sigevent(7)): what timers, asynchronous requests and message queues share.
#ifndef _BITS_NOTIFY_H
#define _BITS_NOTIFY_H

#include <bits/siginfo.h>
#include <pthread.h>

// A thread of the library's own, detached and with all signals blocked; an error number.
int __start_helper(pthread_t* id, void* (*start)(void*), void* argument);
// Signals that the event's function has blocked: none (glibc: asynchronous requests and message queues), or all but the
// library's own (glibc: timers).
#define __NOTIFY_BLOCKS_NONE 0UL
#define __NOTIFY_BLOCKS_ALL (~(3UL << 31))

// Calls the event's function in a thread of its own, which has the event's attributes; an error number.
int __notify_by_thread(const struct sigevent* event, unsigned long blocked);

#endif
