/* epoll watches open file descriptions, not descriptors: what a close() does depends on who else has it open. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

static int epoll;

static void look(const char *when) {
    struct epoll_event events[4];
    int count = epoll_wait(epoll, events, 4, 0);
    printf("%s:", when);
    for (int i = 0; i < count; i++) printf(" %u(%x)", events[i].data.u32, events[i].events);
    printf(count == 0 ? " nothing\n" : "\n");
}

int main(void) {
    int ends[2], go[2], done[2];
    char byte;
    epoll = epoll_create1(0);
    if (pipe(ends) < 0 || pipe(go) < 0 || pipe(done) < 0) return 1;
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = 1};
    epoll_ctl(epoll, EPOLL_CTL_ADD, ends[0], &event);
    int copy = dup(ends[0]);
    if (write(ends[1], "x", 1) != 1) return 1;
    close(ends[0]);
    look("closed, but there is a copy");
    int result = epoll_ctl(epoll, EPOLL_CTL_DEL, ends[0], NULL);
    printf("delete: %s\n", result < 0 ? strerror(errno) : "done");
    result = epoll_ctl(epoll, EPOLL_CTL_DEL, copy, NULL);
    printf("by the copy: %s\n", result < 0 ? strerror(errno) : "done");
    if (dup2(copy, ends[0]) < 0) return 1;
    result = epoll_ctl(epoll, EPOLL_CTL_DEL, ends[0], NULL);
    printf("under the old number: %s\n", result < 0 ? strerror(errno) : "done");
    look("deleted");

    epoll_ctl(epoll, EPOLL_CTL_ADD, ends[0], &event);
    close(copy);
    if (fork() == 0) {
        if (read(go[0], &byte, 1) != 1) _exit(1);
        close(ends[0]);
        if (write(done[1], "x", 1) != 1 || read(go[0], &byte, 1) != 1) _exit(1);
        _exit(0);
    }
    close(ends[0]);
    look("closed, but a child has it");
    if (write(go[1], "x", 1) != 1 || read(done[0], &byte, 1) != 1) return 1;
    look("closed by the child, too");

    /* A child shares the epoll itself: what it adds, the parent sees. */
    int other[2];
    if (pipe(other) < 0 || write(other[1], "x", 1) != 1) return 1;
    if (fork() == 0) {
        event.data.u32 = 2;
        _exit(epoll_ctl(epoll, EPOLL_CTL_ADD, other[0], &event) < 0);
    }
    if (write(go[1], "x", 1) != 1) return 1;
    while (wait(NULL) > 0) continue;
    look("added by a child");
    close(other[0]);
    look("closed");
    return 0;
}
