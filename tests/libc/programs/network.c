// Addresses, names, sockets and waiting for them.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static void addresses(void) {
    static const char* const texts[] = {"127.0.0.1", "10.1.2",  "0x7f.1",  "255.255.255.255", "256.1.1.1",
                                        "1.2.3.4.5", "",        "1..2",    "01.02.03.04",     "4294967295",
                                        "1.2.3.4 x", "a.b.c.d", "1.2.3.4x"};
    for (unsigned i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct in_addr address = {0}, strict = {0};
        int loose = inet_aton(texts[i], &address), exact = inet_pton(AF_INET, texts[i], &strict);
        printf("[%s] %d %s", texts[i], loose, inet_ntoa(address));
        printf(" %d %s\n", exact, inet_ntoa(strict));
    }
    static const char* const v6[] = {"::1",
                                     "::",
                                     "fe80::1",
                                     "2001:db8::1:0:0:1",
                                     "1:2:3:4:5:6:7:8",
                                     "::ffff:1.2.3.4",
                                     "1::2::3",
                                     "12345::",
                                     "1:2:3:4:5:6:7",
                                     ":1",
                                     "::1.2.3",
                                     "1:2:3:4:5:6:1.2.3.4",
                                     "0:0:1::",
                                     "1:0:0:2:0:0:0:3",
                                     "::1.2.3.4",
                                     "1:"};
    for (unsigned i = 0; i < sizeof v6 / sizeof *v6; i++) {
        struct in6_addr address;
        memset(&address, 0, sizeof address);
        char text[INET6_ADDRSTRLEN];
        int result = inet_pton(AF_INET6, v6[i], &address);
        printf("[%s] %d %s\n", v6[i], result, inet_ntop(AF_INET6, &address, text, sizeof text));
    }
    printf("%x %x %x\n", htons(0x1234), htonl(0x12345678), ntohl(inet_addr("1.2.3.4")));
    for (int e = 1; e > -13; e--) printf("%s\n", gai_strerror(e));
    struct servent* service = getservbyname("http", "tcp");
    printf("%s %d %s\n", service ? service->s_name : "-", service ? ntohs((uint16_t)service->s_port) : 0,
           service ? service->s_proto : "-");
    struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE},
                    *list = NULL;
    printf("%d\n", getaddrinfo(NULL, "8080", &hints, &list));
    for (struct addrinfo* a = list; a; a = a->ai_next)
        printf("%d %d %d %u %s %d\n", a->ai_family, a->ai_socktype, a->ai_protocol, a->ai_addrlen,
               inet_ntoa(((struct sockaddr_in*)a->ai_addr)->sin_addr),
               ntohs(((struct sockaddr_in*)a->ai_addr)->sin_port));
    freeaddrinfo(list);
    hints.ai_flags = 0;
    hints.ai_socktype = 0;
    printf("%d\n", getaddrinfo("localhost", "80", &hints, &list));
    for (struct addrinfo* a = list; a; a = a->ai_next)
        printf("%d %d %d %s\n", a->ai_family, a->ai_socktype, a->ai_protocol,
               inet_ntoa(((struct sockaddr_in*)a->ai_addr)->sin_addr));
    char host[100], port[20];
    printf("%d", getnameinfo(list->ai_addr, list->ai_addrlen, host, sizeof host, port, sizeof port,
                             NI_NUMERICHOST | NI_NUMERICSERV));
    printf(" %s %s\n", host, port);
    freeaddrinfo(list);
    hints.ai_flags = AI_NUMERICHOST;
    printf("%d %d\n", getaddrinfo("not.numeric", "80", &hints, &list),
           getaddrinfo(NULL, NULL, &hints, &list));
}

static void streams(void) {
    int server = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    bind(server, (struct sockaddr*)&address, sizeof address);
    listen(server, 5);
    getsockname(server, (struct sockaddr*)&address, &length);
    if (fork() == 0) {
        int client = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(client, (struct sockaddr*)&address, sizeof address) < 0) perror("connect");
        send(client, "hello", 5, 0);
        char reply[20];
        ssize_t got = recv(client, reply, sizeof reply, MSG_WAITALL);
        printf("%zd %.*s\n", got, (int)got, reply);
        exit(0);
    }
    int fd = accept(server, NULL, NULL);
    char buffer[20];
    ssize_t got = recv(fd, buffer, sizeof buffer, 0);
    printf("%zd %.*s\n", got, (int)got, buffer);
    fflush(stdout);
    write(fd, "goodbye", 7);
    shutdown(fd, SHUT_WR);
    wait(NULL);
    close(fd);
    int type;
    length = sizeof type;
    getsockopt(server, SOL_SOCKET, SO_TYPE, &type, &length);
    printf("%d %u\n", type, length);
    address.sin_port = htons(1);
    printf("%d\n", connect(socket(AF_INET, SOCK_STREAM, 0), (struct sockaddr*)&address, sizeof address));
    printf("%s\n", strerror(errno));
}

static void local(void) {
    int fds[2], pipe_fds[2];
    socketpair(AF_UNIX, SOCK_DGRAM, 0, fds);
    pipe(pipe_fds);
    struct iovec part = {"fd", 2};
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control;
    memset(&control, 0, sizeof control);
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof control.bytes};
    struct cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(header), &pipe_fds[1], sizeof(int));
    printf("%zd\n", sendmsg(fds[0], &message, 0));
    char text[10];
    struct iovec into = {text, sizeof text};
    struct msghdr received = {.msg_iov = &into,
                              .msg_iovlen = 1,
                              .msg_control = control.bytes,
                              .msg_controllen = sizeof control.bytes};
    printf("%zd\n", recvmsg(fds[1], &received, 0));
    header = CMSG_FIRSTHDR(&received);
    int passed;
    memcpy(&passed, CMSG_DATA(header), sizeof passed);
    printf("%d %d\n", passed != pipe_fds[1], CMSG_NXTHDR(&received, header) == NULL);
    write(passed, "x", 1);
    struct pollfd polled[2] = {{pipe_fds[0], POLLIN, 0}, {fds[0], POLLIN | POLLOUT, 0}};
    int count = poll(polled, 2, 1000);
    printf("%d %d %d\n", count, polled[0].revents, polled[1].revents);
    fd_set readable;
    FD_ZERO(&readable);
    FD_SET(pipe_fds[0], &readable);
    FD_SET(fds[1], &readable);
    struct timeval timeout = {1, 0};
    int ready = select(fds[1] > pipe_fds[0] ? fds[1] + 1 : pipe_fds[0] + 1, &readable, NULL, NULL, &timeout);
    printf("%d %d %d %d\n", ready, FD_ISSET(pipe_fds[0], &readable) != 0, FD_ISSET(fds[1], &readable) != 0,
           timeout.tv_sec < 2);
    timeout.tv_sec = 0;
    timeout.tv_usec = 1000;
    printf("%d\n", select(0, NULL, NULL, NULL, &timeout));
    int epoll = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = 12345678901};
    epoll_ctl(epoll, EPOLL_CTL_ADD, pipe_fds[0], &event);
    struct epoll_event events[4];
    printf("%d", epoll_wait(epoll, events, 4, 1000));
    printf(" %lu %u\n", events[0].data.u64, events[0].events);
    struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = "socket"};
    int server = socket(AF_UNIX, SOCK_STREAM, 0);
    int bound = bind(server, (struct sockaddr*)&name, sizeof name);
    printf("%d %d %zu\n", bound, listen(server, 1), SUN_LEN(&name));
    int client = socket(AF_UNIX, SOCK_STREAM, 0);
    printf("%d\n", connect(client, (struct sockaddr*)&name, sizeof name));
    struct ucred peer;
    socklen_t length = sizeof peer;
    int accepted = accept4(server, NULL, NULL, SOCK_CLOEXEC);
    getsockopt(accepted, SOL_SOCKET, SO_PEERCRED, &peer, &length);
    printf("%d\n", peer.pid == getpid());
    int datagram = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}, from;
    bind(datagram, (struct sockaddr*)&address, sizeof address);
    length = sizeof address;
    getsockname(datagram, (struct sockaddr*)&address, &length);
    sendto(datagram, "datagram", 8, 0, (struct sockaddr*)&address, sizeof address);
    length = sizeof from;
    ssize_t got = recvfrom(datagram, text, sizeof text, 0, (struct sockaddr*)&from, &length);
    printf("%zd %.*s %d\n", got, (int)got, text, from.sin_port == address.sin_port);
}

int main(void) {
    addresses();
    fflush(stdout);
    streams();
    local();
    return 0;
}
