/* Level and edge: when epoll_wait() speaks of a pipe again. Nobody waits here, so each look shows what has happened
   since the last one. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

static int epoll;

static void put(int fd, const char *text) {
    if (write(fd, text, strlen(text)) < 0) printf("write: %s\n", strerror(errno));
}

static void take(int fd, int bytes) {
    char buffer[64];
    ssize_t got = read(fd, buffer, (size_t)bytes);
    printf("  read %zd\n", got);
}

static void look(const char *when) {
    struct epoll_event events[4];
    int count = epoll_wait(epoll, events, 4, 0);
    printf("%s:", when);
    for (int i = 0; i < count; i++) printf(" %u(%x)", events[i].data.u32, events[i].events);
    printf(count == 0 ? " nothing\n" : "\n");
}

static void watch(int operation, int fd, unsigned events, unsigned name) {
    struct epoll_event event = {.events = events, .data.u32 = name};
    if (epoll_ctl(epoll, operation, fd, &event) < 0) printf("epoll_ctl: %s\n", strerror(errno));
}

int main(void) {
    int level[2], edge[2], once[2];
    epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0 || pipe(level) < 0 || pipe(edge) < 0 || pipe(once) < 0) return 1;
    watch(EPOLL_CTL_ADD, level[0], EPOLLIN, 1);
    watch(EPOLL_CTL_ADD, edge[0], EPOLLIN | EPOLLET, 2);
    watch(EPOLL_CTL_ADD, once[0], EPOLLIN | EPOLLONESHOT, 3);
    look("new");
    put(level[1], "abc");
    put(edge[1], "abc");
    put(once[1], "abc");
    look("three bytes each");
    look("again");
    take(level[0], 1);
    take(edge[0], 1);
    look("one byte read");
    put(edge[1], "d");
    put(once[1], "d");
    look("one more byte written");
    watch(EPOLL_CTL_MOD, edge[0], EPOLLIN | EPOLLET, 22);
    watch(EPOLL_CTL_MOD, once[0], EPOLLIN | EPOLLONESHOT, 33);
    look("modified");
    look("and looked");
    take(level[0], 9);
    take(edge[0], 9);
    take(once[0], 9);
    put(edge[1], "e");
    take(edge[0], 9);
    look("written, and read before the look");
    close(edge[1]);
    close(level[1]);
    close(once[1]);
    look("writers gone");
    look("again");
    watch(EPOLL_CTL_DEL, level[0], 0, 0);
    look("deleted");

    int full[2];
    if (pipe(full) < 0) return 1;
    fcntl(full[1], F_SETFL, O_NONBLOCK);
    watch(EPOLL_CTL_ADD, full[1], EPOLLOUT | EPOLLET, 4);
    look("room");
    look("again");
    char page[4096];
    memset(page, 'x', sizeof page);
    while (write(full[1], page, sizeof page) > 0) continue;
    look("full");
    take(full[0], 10);
    look("ten bytes read");
    if (read(full[0], page, sizeof page - 10) < 0) return 1;
    look("a page read");
    close(full[0]);
    look("reader gone");
    return 0;
}
