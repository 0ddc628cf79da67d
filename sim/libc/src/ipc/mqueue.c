// POSIX message queues: the kernel's, with names that begin with one slash (mq_overview(7)).
#include <bits/siginfo.h>
#include <bits/syscall.h>
#include <errno.h>
#include <mqueue.h>
#include <stdarg.h>
#include <sys/syscall.h>

mqd_t mq_open(const char* name, int flags, ...) {
    if (*name != '/') {
        errno = EINVAL;
        return -1;
    }
    mode_t mode = 0;
    struct mq_attr* attributes = 0;
    if (flags & O_CREAT) {
        va_list arguments;
        va_start(arguments, flags);
        mode = va_arg(arguments, mode_t);
        attributes = va_arg(arguments, struct mq_attr*);
        va_end(arguments);
    }
    return (mqd_t)CALL4(SYS_mq_open, name + 1, flags, mode, attributes);
}

int mq_close(mqd_t queue) {
    return (int)CALL1(SYS_close, queue);
}

int mq_unlink(const char* name) {
    if (*name != '/') {
        errno = EINVAL;
        return -1;
    }
    long result = RAW1(SYS_mq_unlink, name + 1);
    return (int)__syscall_result(result == -EPERM ? -EACCES : result);
}

int mq_timedsend(mqd_t queue, const char* message, size_t bytes, unsigned int priority,
                 const struct timespec* deadline) {
    return (int)CALL5(SYS_mq_timedsend, queue, message, bytes, priority, deadline);
}
int mq_send(mqd_t queue, const char* message, size_t bytes, unsigned int priority) {
    return (int)CALL5(SYS_mq_timedsend, queue, message, bytes, priority, 0);
}
ssize_t mq_timedreceive(mqd_t queue, char* message, size_t bytes, unsigned int* priority,
                        const struct timespec* deadline) {
    return CALL5(SYS_mq_timedreceive, queue, message, bytes, priority, deadline);
}
ssize_t mq_receive(mqd_t queue, char* message, size_t bytes, unsigned int* priority) {
    return CALL5(SYS_mq_timedreceive, queue, message, bytes, priority, 0);
}

int mq_setattr(mqd_t queue, const struct mq_attr* attributes, struct mq_attr* old) {
    return (int)CALL3(SYS_mq_getsetattr, queue, attributes, old);
}
int mq_getattr(mqd_t queue, struct mq_attr* attributes) {
    return (int)CALL3(SYS_mq_getsetattr, queue, 0, attributes);
}
