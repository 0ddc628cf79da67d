/* Who comes first: the order of what is ready, and what happens to those for which there was no room. */
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define COUNT 5
static int epoll, counters[COUNT];

static void look(int room) {
    struct epoll_event events[COUNT];
    int count = epoll_wait(epoll, events, room, 0);
    printf("room for %d:", room);
    for (int i = 0; i < count; i++) printf(" %u", events[i].data.u32);
    printf("\n");
}

int main(void) {
    epoll = epoll_create1(0);
    for (unsigned i = 0; i < COUNT; i++) {
        counters[i] = eventfd(0, EFD_NONBLOCK);
        struct epoll_event event = {.events = EPOLLIN, .data.u32 = i};
        epoll_ctl(epoll, EPOLL_CTL_ADD, counters[i], &event);
    }
    static const int order[COUNT] = {3, 1, 4, 0, 2};
    for (int i = 0; i < COUNT; i++) eventfd_write(counters[order[i]], 1);
    for (int i = 0; i < 4; i++) look(2); /* level-triggered ones go to the end: everybody gets a turn */
    look(5);
    look(5);
    eventfd_t value;
    eventfd_read(counters[3], &value);
    eventfd_read(counters[0], &value);
    look(5);
    eventfd_write(counters[0], 1);
    eventfd_write(counters[1], 1);
    eventfd_write(counters[3], 1);
    look(5);
    look(1);
    look(5);
    for (int i = 0; i < COUNT; i++) eventfd_read(counters[i], &value);
    look(5);
    return 0;
}
