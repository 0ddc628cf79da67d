/* An epoll is itself something to wait for. */
#include <poll.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

static int count_of(int epoll) {
    struct epoll_event events[4];
    return epoll_wait(epoll, events, 4, 0);
}

int main(void) {
    int inner = epoll_create1(0), outer = epoll_create1(0), counter = eventfd(0, 0);
    struct epoll_event event = {.events = EPOLLIN};
    epoll_ctl(inner, EPOLL_CTL_ADD, counter, &event);
    event.events = EPOLLIN | EPOLLET;
    epoll_ctl(outer, EPOLL_CTL_ADD, inner, &event);
    printf("nothing: %d %d\n", count_of(inner), count_of(outer));
    eventfd_write(counter, 1);
    struct pollfd entry = {inner, POLLIN, 0};
    int polled = poll(&entry, 1, 0);
    printf("poll: %d %x\n", polled, entry.revents);
    printf("outer, inner: %d", count_of(outer));
    printf(" %d\n", count_of(inner));
    printf("outer has been told: %d\n", count_of(outer));
    eventfd_write(counter, 1);
    printf("something new: %d\n", count_of(outer));
    eventfd_t value;
    eventfd_read(counter, &value);
    printf("nothing: %d %d\n", count_of(inner), count_of(outer));
    if (fork() == 0) {
        eventfd_write(counter, 1);
        _exit(0);
    }
    struct epoll_event events[2];
    int got = epoll_wait(outer, events, 2, -1);
    printf("from a child: %d %x\n", got, events[0].events);
    wait(NULL);
    return 0;
}
