// fork(): glibc asks for it by clone() with SIGCHLD. The handlers of pthread_atfork() run around it.
#include <bits/request.h>
#include <bits/thread.h>
#include <errno.h>
#include <unistd.h>

void (*__fork_hook)(
    int stage);  ///< 0: before, in the parent; 1: after, in the parent; 2: after, in the child

void (*__thread_fork_hook)(void);  ///< in the child of a process that has had threads

enum { SIGNAL_CHILD = 17, CLONE_CHILD_CLEARTID = 0x200000, CLONE_CHILD_SETTID = 0x1000000 };

pid_t _Fork(void) {
    struct __pthread* self = THREAD_SELF;
    if (IS_TASK_REFUSED) {
        errno = EAGAIN;
        return -1;
    }
    long pid = CALL5(SYS_clone, CLONE_CHILD_CLEARTID | CLONE_CHILD_SETTID | SIGNAL_CHILD, 0, 0, &self->tid, 0);
    if (pid == 0) {
        // The child has this thread only, and holds none of its robust locks.
        self->has_robust_list = 0;
        if (__thread_fork_hook) __thread_fork_hook();
    }
    return (pid_t)pid;
}

pid_t fork(void) {
    if (__fork_hook) __fork_hook(0);
    pid_t pid = _Fork();
    if (__fork_hook) __fork_hook(pid == 0 ? 2 : 1);
    return pid;
}
