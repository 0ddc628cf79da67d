// Sockets.
#include <bits/thread.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

int socket(int domain, int type, int protocol) {
    return (int)CALL3(SYS_socket, domain, type, protocol);
}
int socketpair(int domain, int type, int protocol, int fds[2]) {
    return (int)CALL4(SYS_socketpair, domain, type, protocol, fds);
}
int bind(int fd, const struct sockaddr* address, socklen_t bytes) {
    return (int)CALL3(SYS_bind, fd, address, bytes);
}
int listen(int fd, int backlog) {
    return (int)CALL2(SYS_listen, fd, backlog);
}
int accept(int fd, struct sockaddr* address, socklen_t* bytes) {
    return (int)CHECKED(CANCELLABLE(RAW3(SYS_accept, fd, address, bytes)));
}
int accept4(int fd, struct sockaddr* address, socklen_t* bytes, int flags) {
    return (int)CHECKED(CANCELLABLE(RAW4(SYS_accept4, fd, address, bytes, flags)));
}
int connect(int fd, const struct sockaddr* address, socklen_t bytes) {
    return (int)CHECKED(CANCELLABLE(RAW3(SYS_connect, fd, address, bytes)));
}
int getsockname(int fd, struct sockaddr* address, socklen_t* bytes) {
    return (int)CALL3(SYS_getsockname, fd, address, bytes);
}
int getpeername(int fd, struct sockaddr* address, socklen_t* bytes) {
    return (int)CALL3(SYS_getpeername, fd, address, bytes);
}
ssize_t send(int fd, const void* buffer, size_t bytes, int flags) {
    return CHECKED(CANCELLABLE(RAW6(SYS_sendto, fd, buffer, bytes, flags, 0, 0)));
}
ssize_t recv(int fd, void* buffer, size_t bytes, int flags) {
    return CHECKED(CANCELLABLE(RAW6(SYS_recvfrom, fd, buffer, bytes, flags, 0, 0)));
}
ssize_t sendto(int fd, const void* buffer, size_t bytes, int flags, const struct sockaddr* address,
               socklen_t length) {
    return CHECKED(CANCELLABLE(RAW6(SYS_sendto, fd, buffer, bytes, flags, address, length)));
}
ssize_t recvfrom(int fd, void* buffer, size_t bytes, int flags, struct sockaddr* address, socklen_t* length) {
    return CHECKED(CANCELLABLE(RAW6(SYS_recvfrom, fd, buffer, bytes, flags, address, length)));
}
ssize_t sendmsg(int fd, const struct msghdr* message, int flags) {
    return CHECKED(CANCELLABLE(RAW3(SYS_sendmsg, fd, message, flags)));
}
ssize_t recvmsg(int fd, struct msghdr* message, int flags) {
    return CHECKED(CANCELLABLE(RAW3(SYS_recvmsg, fd, message, flags)));
}
int sendmmsg(int fd, struct mmsghdr* messages, unsigned int count, int flags) {
    return (int)CHECKED(CANCELLABLE(RAW4(SYS_sendmmsg, fd, messages, count, flags)));
}
int recvmmsg(int fd, struct mmsghdr* messages, unsigned int count, int flags, struct timespec* timeout) {
    return (int)CHECKED(CANCELLABLE(RAW5(SYS_recvmmsg, fd, messages, count, flags, timeout)));
}
int getsockopt(int fd, int level, int option, void* value, socklen_t* bytes) {
    return (int)CALL5(SYS_getsockopt, fd, level, option, value, bytes);
}
int setsockopt(int fd, int level, int option, const void* value, socklen_t bytes) {
    return (int)CALL5(SYS_setsockopt, fd, level, option, value, bytes);
}
int shutdown(int fd, int how) {
    return (int)CALL2(SYS_shutdown, fd, how);
}
int sockatmark(int fd) {
    int at_mark;
    return CALL3(SYS_ioctl, fd, SIOCATMARK, &at_mark) < 0 ? -1 : at_mark;
}

struct cmsghdr* __next_cmsg(struct msghdr* message, struct cmsghdr* cmsg) {
    if (cmsg->cmsg_len < sizeof(struct cmsghdr)) return 0;
    char *next = (char*)cmsg + CMSG_ALIGN(cmsg->cmsg_len),
         *end = (char*)message->msg_control + message->msg_controllen;
    if (next + sizeof(struct cmsghdr) > end) return 0;
    if (next + CMSG_ALIGN(((struct cmsghdr*)next)->cmsg_len) > end) return 0;
    return (struct cmsghdr*)next;
}
