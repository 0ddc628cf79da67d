// POSIX timers: timer_create(2) and its like. A timer_t is the kernel's number of the timer.
//
// SIGEV_THREAD is done as glibc does it: the kernel signals a thread of the library's own, which waits for nothing else
// and starts a thread for each notice. It is there from the first such timer on.
#include <bits/heap.h>
#include <bits/notify.h>
#include <bits/syscall.h>
#include <bits/thread.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { SIGNAL = 32 };  ///< not the program's; the helper has it blocked, whoever else uses it

/// A timer with SIGEV_THREAD.
struct notice {
    struct sigevent event;
    int timer;
    struct notice* next;
};

static int lock;
static struct notice* notices;
static pid_t helper, owner;  ///< its thread id; the process that it is in

static void forget_parents_timers(void) {
    pid_t self = getpid();
    if (owner == self) return;
    owner = self;
    helper = 0;
    notices = 0;
}

/// The timer may have been deleted since it expired.
static void tell(const struct notice* expired) {
    struct sigevent event;
    LOW_LOCK(&lock);
    const struct notice* at = notices;
    while (at && at != expired) at = at->next;
    if (at) event = at->event;
    LOW_UNLOCK(&lock);
    if (at) __notify_by_thread(&event, __NOTIFY_BLOCKS_ALL);
}

static void* wait_for_timers(void* argument) {
    const unsigned long set = 1UL << (SIGNAL - 1);
    for (;;) {
        siginfo_t info;
        if (RAW4(SYS_rt_sigtimedwait, &set, &info, 0, 8) == SIGNAL && info.si_code == SI_TIMER)
            tell(info.si_value.sival_ptr);
    }
    return argument;
}

static int create(clockid_t clock, const struct sigevent* event, timer_t* timer) {
    int number = 0;
    if (CALL3(SYS_timer_create, clock, event, &number) < 0) return -1;
    *timer = (timer_t)(long)number;
    return 0;
}

static int create_with_thread(clockid_t clock, const struct sigevent* event, timer_t* timer) {
    struct notice* fresh = __heap_own(sizeof *fresh);
    if (!fresh) {
        errno = EAGAIN;
        return -1;
    }
    int result = -1;
    LOW_LOCK(&lock);
    forget_parents_timers();
    if (!helper) {
        pthread_t id;
        int error = __start_helper(&id, wait_for_timers, 0);
        if (error)
            errno = error;
        else
            helper = ((struct __pthread*)id)->tid;
    }
    if (helper) {
        struct sigevent signal;
        __ipclab_memset(&signal, 0, sizeof signal);
        signal.sigev_notify = SIGEV_THREAD_ID;
        signal.sigev_signo = SIGNAL;
        signal.sigev_notify_thread_id = helper;
        signal.sigev_value.sival_ptr = fresh;
        result = create(clock, &signal, timer);
    }
    if (result == 0) {
        fresh->event = *event;
        fresh->timer = (int)(long)*timer;
        fresh->next = notices;
        notices = fresh;
    }
    LOW_UNLOCK(&lock);
    if (result < 0) free(fresh);
    return result;
}

int timer_create(clockid_t clock, struct sigevent* event, timer_t* timer) {
    struct sigevent otherwise;
    if (event && event->sigev_notify == SIGEV_THREAD) return create_with_thread(clock, event, timer);
    if (!event) {
        __ipclab_memset(&otherwise, 0, sizeof otherwise);
        otherwise.sigev_signo = 14;  // SIGALRM
    }
    return create(clock, event ? event : &otherwise, timer);
}

int timer_delete(timer_t timer) {
    int result = (int)CALL1(SYS_timer_delete, timer);
    if (result < 0 || !helper) return result;
    struct notice* found = 0;
    LOW_LOCK(&lock);
    forget_parents_timers();
    for (struct notice** link = &notices; *link; link = &(*link)->next)
        if ((*link)->timer == (int)(long)timer) {
            found = *link;
            *link = found->next;
            break;
        }
    LOW_UNLOCK(&lock);
    free(found);
    return result;
}

int timer_settime(timer_t timer, int flags, const struct itimerspec* value, struct itimerspec* old) {
    return (int)CALL4(SYS_timer_settime, timer, flags, value, old);
}

int timer_gettime(timer_t timer, struct itimerspec* value) {
    return (int)CALL2(SYS_timer_gettime, timer, value);
}

int timer_getoverrun(timer_t timer) {
    return (int)CALL1(SYS_timer_getoverrun, timer);
}
