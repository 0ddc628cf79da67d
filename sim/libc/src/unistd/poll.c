// Waiting for several descriptors.
#include <bits/thread.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/syscall.h>

int poll(struct pollfd* fds, nfds_t count, int timeout) {
    return (int)CHECKED(CANCELLABLE(RAW3(SYS_poll, fds, count, timeout)));
}

int ppoll(struct pollfd* fds, nfds_t count, const struct timespec* timeout, const sigset_t* mask) {
    // the kernel writes what is left to its timeout; POSIX leaves the program's alone
    struct timespec copy;
    if (timeout) copy = *timeout;
    return (int)CALL5(SYS_ppoll, fds, count, timeout ? &copy : 0, mask, 8);
}

int select(int count, fd_set* readable, fd_set* writable, fd_set* exceptional, struct timeval* timeout) {
    // glibc 2.36 asks by pselect6() and, as Linux does, leaves the time that is left in *timeout
    if (!timeout) return (int)CALL6(SYS_pselect6, count, readable, writable, exceptional, 0, 0);
    struct timespec precise;
    if (timeout->tv_sec < 0 || timeout->tv_usec < 0) return (int)__syscall_result(-22);
    precise.tv_sec = timeout->tv_sec + timeout->tv_usec / 1000000;
    precise.tv_nsec = timeout->tv_usec % 1000000 * 1000;
    int result = (int)CALL6(SYS_pselect6, count, readable, writable, exceptional, &precise, 0);
    timeout->tv_sec = precise.tv_sec;
    timeout->tv_usec = precise.tv_nsec / 1000;
    return result;
}

int pselect(int count, fd_set* readable, fd_set* writable, fd_set* exceptional,
            const struct timespec* timeout, const sigset_t* mask) {
    struct timespec copy;
    unsigned long mask_and_size[2] = {(unsigned long)mask, 8};
    if (timeout) copy = *timeout;
    return (int)CALL6(SYS_pselect6, count, readable, writable, exceptional, timeout ? &copy : 0,
                      mask_and_size);
}

int epoll_create(int size) {
    return (int)CALL1(SYS_epoll_create, size);
}
int epoll_create1(int flags) {
    return (int)CALL1(SYS_epoll_create1, flags);
}
int epoll_ctl(int epoll, int operation, int fd, struct epoll_event* event) {
    return (int)CALL4(SYS_epoll_ctl, epoll, operation, fd, event);
}
int epoll_wait(int epoll, struct epoll_event* events, int room, int timeout) {
    return (int)CALL4(SYS_epoll_wait, epoll, events, room, timeout);
}
int epoll_pwait(int epoll, struct epoll_event* events, int room, int timeout, const sigset_t* mask) {
    return (int)CALL6(SYS_epoll_pwait, epoll, events, room, timeout, mask, 8);
}
int epoll_pwait2(int epoll, struct epoll_event* events, int room, const struct timespec* timeout,
                 const sigset_t* mask) {
    return (int)CALL6(SYS_epoll_pwait2, epoll, events, room, timeout, mask, 8);
}
