// Descriptors for events, signals, timers, file changes and processes.
#include <bits/syscall.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/pidfd.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>

int eventfd(unsigned int value, int flags) {
    return (int)CALL2(SYS_eventfd2, value, flags);
}
int eventfd_read(int fd, eventfd_t* value) {
    return CALL3(SYS_read, fd, value, sizeof *value) == sizeof *value ? 0 : -1;
}
int eventfd_write(int fd, eventfd_t value) {
    return CALL3(SYS_write, fd, &value, sizeof value) == sizeof value ? 0 : -1;
}
int signalfd(int fd, const sigset_t* mask, int flags) {
    return (int)CALL4(SYS_signalfd4, fd, mask, 8, flags);
}
int timerfd_create(int clock, int flags) {
    return (int)CALL2(SYS_timerfd_create, clock, flags);
}
int timerfd_settime(int fd, int flags, const struct itimerspec* value, struct itimerspec* old) {
    return (int)CALL4(SYS_timerfd_settime, fd, flags, value, old);
}
int timerfd_gettime(int fd, struct itimerspec* value) {
    return (int)CALL2(SYS_timerfd_gettime, fd, value);
}
int inotify_init(void) {
    return (int)CALL1(SYS_inotify_init1, 0);
}
int inotify_init1(int flags) {
    return (int)CALL1(SYS_inotify_init1, flags);
}
int inotify_add_watch(int fd, const char* path, uint32_t mask) {
    return (int)CALL3(SYS_inotify_add_watch, fd, path, mask);
}
int inotify_rm_watch(int fd, int watch) {
    return (int)CALL2(SYS_inotify_rm_watch, fd, watch);
}
int pidfd_open(pid_t pid, unsigned int flags) {
    return (int)CALL2(SYS_pidfd_open, pid, flags);
}
int pidfd_getfd(int pidfd, int target, unsigned int flags) {
    return (int)CALL3(SYS_pidfd_getfd, pidfd, target, flags);
}
int pidfd_send_signal(int pidfd, int signal, siginfo_t* info, unsigned int flags) {
    return (int)CALL4(SYS_pidfd_send_signal, pidfd, signal, info, flags);
}
