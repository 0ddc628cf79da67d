#ifndef _SYS_SOCKET_H
#define _SYS_SOCKET_H

#include <bits/timespec.h>
#include <bits/types.h>
#include <sys/uio.h>

typedef unsigned short sa_family_t;
struct sockaddr {
    sa_family_t sa_family;
    char sa_data[14];
};
struct sockaddr_storage {
    sa_family_t ss_family;
    char __padding[118];
    unsigned long __align;
};
struct msghdr {
    void* msg_name;
    socklen_t msg_namelen;
    struct iovec* msg_iov;
    size_t msg_iovlen;
    void* msg_control;
    size_t msg_controllen;
    int msg_flags;
};
struct mmsghdr {
    struct msghdr msg_hdr;
    unsigned int msg_len;
};
struct cmsghdr {
    size_t cmsg_len;
    int cmsg_level;
    int cmsg_type;
};
struct linger {
    int l_onoff;
    int l_linger;
};
struct ucred {
    pid_t pid;
    uid_t uid;
    gid_t gid;
};

#define CMSG_ALIGN(bytes) (((bytes) + sizeof(size_t) - 1) & ~(sizeof(size_t) - 1))
#define CMSG_SPACE(bytes) (CMSG_ALIGN(bytes) + CMSG_ALIGN(sizeof(struct cmsghdr)))
#define CMSG_LEN(bytes) (CMSG_ALIGN(sizeof(struct cmsghdr)) + (bytes))
#define CMSG_DATA(cmsg) ((unsigned char*)((struct cmsghdr*)(cmsg) + 1))
#define CMSG_FIRSTHDR(message)                                                                             \
    ((size_t)(message)->msg_controllen >= sizeof(struct cmsghdr) ? (struct cmsghdr*)(message)->msg_control \
                                                                 : (struct cmsghdr*)0)
#define CMSG_NXTHDR(message, cmsg) __next_cmsg(message, cmsg)
struct cmsghdr* __next_cmsg(struct msghdr* message, struct cmsghdr* cmsg);

#define SOCK_STREAM 1
#define SOCK_DGRAM 2
#define SOCK_RAW 3
#define SOCK_RDM 4
#define SOCK_SEQPACKET 5
#define SOCK_NONBLOCK 04000
#define SOCK_CLOEXEC 02000000
#define PF_UNSPEC 0
#define PF_LOCAL 1
#define PF_UNIX 1
#define PF_INET 2
#define PF_INET6 10
#define PF_NETLINK 16
#define PF_PACKET 17
#define AF_UNSPEC 0
#define AF_LOCAL 1
#define AF_UNIX 1
#define AF_FILE 1
#define AF_INET 2
#define AF_INET6 10
#define AF_NETLINK 16
#define AF_PACKET 17
#define SOL_SOCKET 1
#define SO_DEBUG 1
#define SO_REUSEADDR 2
#define SO_TYPE 3
#define SO_ERROR 4
#define SO_DONTROUTE 5
#define SO_BROADCAST 6
#define SO_SNDBUF 7
#define SO_RCVBUF 8
#define SO_KEEPALIVE 9
#define SO_OOBINLINE 10
#define SO_PRIORITY 12
#define SO_LINGER 13
#define SO_REUSEPORT 15
#define SO_PASSCRED 16
#define SO_PEERCRED 17
#define SO_RCVLOWAT 18
#define SO_SNDLOWAT 19
#define SO_RCVTIMEO 20
#define SO_SNDTIMEO 21
#define SO_BINDTODEVICE 25
#define SO_TIMESTAMP 29
#define SO_ACCEPTCONN 30
#define SO_PEERSEC 31
#define SO_SNDBUFFORCE 32
#define SO_RCVBUFFORCE 33
#define SO_PROTOCOL 38
#define SO_DOMAIN 39
#define SO_PEEK_OFF 42
#define SO_INCOMING_CPU 49
#define SOMAXCONN 4096
#define SCM_RIGHTS 1
#define SCM_CREDENTIALS 2
#define SHUT_RD 0
#define SHUT_WR 1
#define SHUT_RDWR 2
#define MSG_OOB 1
#define MSG_PEEK 2
#define MSG_DONTROUTE 4
#define MSG_CTRUNC 8
#define MSG_TRUNC 0x20
#define MSG_DONTWAIT 0x40
#define MSG_EOR 0x80
#define MSG_WAITALL 0x100
#define MSG_CONFIRM 0x800
#define MSG_ERRQUEUE 0x2000
#define MSG_NOSIGNAL 0x4000
#define MSG_MORE 0x8000
#define MSG_WAITFORONE 0x10000
#define MSG_CMSG_CLOEXEC 0x40000000

int socket(int domain, int type, int protocol);
int socketpair(int domain, int type, int protocol, int fds[2]);
int bind(int fd, const struct sockaddr* address, socklen_t bytes);
int listen(int fd, int backlog);
int accept(int fd, struct sockaddr* address, socklen_t* bytes);
int accept4(int fd, struct sockaddr* address, socklen_t* bytes, int flags);
int connect(int fd, const struct sockaddr* address, socklen_t bytes);
int getsockname(int fd, struct sockaddr* address, socklen_t* bytes);
int getpeername(int fd, struct sockaddr* address, socklen_t* bytes);
ssize_t send(int fd, const void* buffer, size_t bytes, int flags);
ssize_t recv(int fd, void* buffer, size_t bytes, int flags);
ssize_t sendto(int fd, const void* buffer, size_t bytes, int flags, const struct sockaddr* address,
               socklen_t length);
ssize_t recvfrom(int fd, void* buffer, size_t bytes, int flags, struct sockaddr* address, socklen_t* length);
ssize_t sendmsg(int fd, const struct msghdr* message, int flags);
ssize_t recvmsg(int fd, struct msghdr* message, int flags);
int sendmmsg(int fd, struct mmsghdr* messages, unsigned int count, int flags);
int recvmmsg(int fd, struct mmsghdr* messages, unsigned int count, int flags, struct timespec* timeout);
int getsockopt(int fd, int level, int option, void* value, socklen_t* bytes);
int setsockopt(int fd, int level, int option, const void* value, socklen_t bytes);
int shutdown(int fd, int how);
int sockatmark(int fd);

#endif
