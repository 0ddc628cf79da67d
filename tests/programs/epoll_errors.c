/* What epoll_ctl() and epoll_wait() refuse, and with which error. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

static void report(const char *what, long result) {
    printf("%s: %ld%s%s\n", what, result, result < 0 ? " " : "", result < 0 ? strerror(errno) : "");
}

int main(void) {
    struct epoll_event event = {.events = EPOLLIN}, events[4];
    struct epoll_event *volatile nowhere = (struct epoll_event *)16;
    volatile int less = -1;
    int epoll = epoll_create1(0), counter = eventfd(0, 0);
    report("size 0", epoll_create(0));
    report("bad flags", epoll_create1(1));
    report("add", epoll_ctl(epoll, EPOLL_CTL_ADD, counter, &event));
    report("add again", epoll_ctl(epoll, EPOLL_CTL_ADD, counter, &event));
    int copy = dup(counter);
    report("a copy is another one", epoll_ctl(epoll, EPOLL_CTL_ADD, copy, &event));
    report("delete", epoll_ctl(epoll, EPOLL_CTL_DEL, counter, NULL));
    report("delete again", epoll_ctl(epoll, EPOLL_CTL_DEL, counter, NULL));
    report("modify", epoll_ctl(epoll, EPOLL_CTL_MOD, counter, &event));
    report("no operation", epoll_ctl(epoll, 4, counter, &event));
    report("itself", epoll_ctl(epoll, EPOLL_CTL_ADD, epoll, &event));
    report("not an epoll", epoll_ctl(counter, EPOLL_CTL_ADD, epoll, &event));
    report("closed", epoll_ctl(epoll, EPOLL_CTL_ADD, 77, &event));
    report("no epoll at all", epoll_ctl(77, EPOLL_CTL_ADD, counter, &event));
    report("no event", epoll_ctl(epoll, EPOLL_CTL_ADD, counter, nowhere));
    int file = open("/tmp", O_RDONLY);
    report("a directory", epoll_ctl(epoll, EPOLL_CTL_ADD, file, &event));

    int outer = epoll_create1(0);
    report("epoll in epoll", epoll_ctl(outer, EPOLL_CTL_ADD, epoll, &event));
    report("a circle", epoll_ctl(epoll, EPOLL_CTL_ADD, outer, &event));
    int chain[7];
    for (int i = 0; i < 7; i++) {
        chain[i] = epoll_create1(0);
        if (i > 0) report("deeper", epoll_ctl(chain[i], EPOLL_CTL_ADD, chain[i - 1], &event));
    }

    event.events = EPOLLIN | EPOLLEXCLUSIVE;
    report("exclusive", epoll_ctl(epoll, EPOLL_CTL_ADD, counter, &event));
    report("stays so", epoll_ctl(epoll, EPOLL_CTL_MOD, counter, &event));
    event.events = EPOLLIN;
    report("stays so", epoll_ctl(epoll, EPOLL_CTL_MOD, counter, &event));
    event.events = EPOLLIN | EPOLLEXCLUSIVE | EPOLLONESHOT;
    report("exclusive once", epoll_ctl(epoll, EPOLL_CTL_ADD, eventfd(0, 0), &event));
    event.events = EPOLLIN | EPOLLEXCLUSIVE;
    report("exclusive epoll", epoll_ctl(epoll, EPOLL_CTL_ADD, chain[0], &event));

    report("no room", epoll_wait(epoll, events, 0, 0));
    report("less than none", epoll_wait(epoll, events, less, 0));
    report("not an epoll", epoll_wait(counter, events, 4, 0));
    report("no epoll at all", epoll_wait(77, events, 4, 0));
    report("nothing", epoll_wait(epoll, events, 4, 0));
    report("time passes", epoll_wait(epoll, events, 4, 5));
    eventfd_write(counter, 1);
    report("no memory", epoll_wait(epoll, nowhere, 4, 0));
    report("not lost", epoll_wait(epoll, events, 4, -1));
    return 0;
}
