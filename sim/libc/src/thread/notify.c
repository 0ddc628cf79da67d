// The library's own threads: those that wait for something on the program's behalf, and those that tell it of an event
// by calling its function (SIGEV_THREAD). As in glibc there is one such thread for each notice.
#include <bits/notify.h>
#include <bits/syscall.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>

enum { SET_MASK = 2 };

struct notice {
    struct sigevent event;
    unsigned long blocked;
};

int __start_helper(pthread_t* id, void* (*start)(void*), void* argument) {
    unsigned long all = -1UL, before;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    RAW4(SYS_rt_sigprocmask, SET_MASK, &all, &before, 8);
    int error = pthread_create(id, &attributes, start, argument);
    RAW4(SYS_rt_sigprocmask, SET_MASK, &before, 0, 8);
    return error;
}

static void* call(void* argument) {
    const struct notice notice = *(struct notice*)argument;
    free(argument);
    RAW4(SYS_rt_sigprocmask, SET_MASK, &notice.blocked, 0, 8);
    notice.event.sigev_notify_function(notice.event.sigev_value);
    return 0;
}

int __notify_by_thread(const struct sigevent* event, unsigned long blocked) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    if (event->sigev_notify_attributes) attributes = *(pthread_attr_t*)event->sigev_notify_attributes;
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    struct notice* copy = malloc(sizeof *copy);
    if (!copy) return EAGAIN;
    copy->event = *event;
    copy->blocked = blocked;
    pthread_t id;
    int error = pthread_create(&id, &attributes, call, copy);
    if (error) free(copy);
    return error;
}
