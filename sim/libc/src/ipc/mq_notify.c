// mq_notify(3). For SIGEV_THREAD a thread of the library waits for the kernel's word and has the program's function called
// in a thread of its own, as in glibc; only that the kernel writes to a netlink socket there, and to a pipe here.
#include <bits/notify.h>
#include <bits/syscall.h>
#include <bits/thread.h>
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

/// What the kernel gives back when a message has come: 32 bytes, the last of which says why.
union cookie {
    struct {
        void (*function)(sigval_t);
        sigval_t value;
        pthread_attr_t* attributes;  ///< a copy
    };
    char bytes[32];
};

enum { ARRIVED = 1 };

static int lock;
static int ends[2] = {-1, -1};
static pid_t owner;  ///< the process that the waiting thread is in: a child inherits the descriptors only

static void* wait_for_word(void* argument) {
    union cookie cookie;
    while (RAW3(SYS_read, ends[0], &cookie, sizeof cookie) == sizeof cookie) {
        struct sigevent event = {.sigev_value = cookie.value};
        event.sigev_notify_function = cookie.function;
        event.sigev_notify_attributes = cookie.attributes;
        if (cookie.bytes[sizeof cookie - 1] == ARRIVED) __notify_by_thread(&event, __NOTIFY_BLOCKS_NONE);
        free(cookie.attributes);
    }
    return argument;
}

static int start_waiting(void) {
    pthread_t id;
    pid_t self = getpid();
    if (owner == self) return 0;
    if (owner) {
        close(ends[0]);
        close(ends[1]);
    }
    owner = 0;
    if (pipe2(ends, O_CLOEXEC) < 0) return -1;
    int error = __start_helper(&id, wait_for_word, 0);
    if (error) {
        close(ends[0]);
        close(ends[1]);
        errno = error;
        return -1;
    }
    owner = self;
    return 0;
}

int mq_notify(mqd_t queue, const struct sigevent* event) {
    if (!event || event->sigev_notify != SIGEV_THREAD) return (int)CALL2(SYS_mq_notify, queue, event);
    LOW_LOCK(&lock);
    int result = start_waiting();
    LOW_UNLOCK(&lock);
    if (result < 0) return -1;
    union cookie cookie;
    __ipclab_memset(&cookie, 0, sizeof cookie);
    cookie.function = event->sigev_notify_function;
    cookie.value = event->sigev_value;
    if (event->sigev_notify_attributes) {
        cookie.attributes = malloc(sizeof(pthread_attr_t));
        if (!cookie.attributes) return -1;
        *cookie.attributes = *(pthread_attr_t*)event->sigev_notify_attributes;
    }
    struct sigevent to_kernel = {.sigev_notify = SIGEV_THREAD, .sigev_signo = ends[1]};
    to_kernel.sigev_value.sival_ptr = &cookie;
    result = (int)CALL2(SYS_mq_notify, queue, &to_kernel);
    if (result < 0) free(cookie.attributes);
    return result;
}
