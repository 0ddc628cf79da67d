/* One process serves many: a stream of requests from each of several children, read as they come until none is left. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

#define CLIENTS 4

int main(void) {
    int epoll = epoll_create1(0), totals[CLIENTS] = {0}, inputs[CLIENTS], open_clients = CLIENTS;
    for (unsigned i = 0; i < CLIENTS; i++) {
        int ends[2];
        if (pipe(ends) < 0) return 1;
        if (fork() == 0) {
            close(ends[0]);
            for (int n = 1; n <= 10; n++) {
                int request = n * ((int)i + 1);
                if (write(ends[1], &request, sizeof request) != sizeof request) _exit(1);
            }
            _exit(0);
        }
        close(ends[1]);
        fcntl(ends[0], F_SETFL, O_NONBLOCK);
        inputs[i] = ends[0];
        struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.u32 = i};
        if (epoll_ctl(epoll, EPOLL_CTL_ADD, ends[0], &event) < 0) return 1;
    }
    while (open_clients > 0) {
        struct epoll_event events[CLIENTS];
        int ready = epoll_wait(epoll, events, CLIENTS, -1);
        for (int i = 0; i < ready; i++) {
            unsigned client = events[i].data.u32;
            for (;;) {
                int request;
                ssize_t got = read(inputs[client], &request, sizeof request);
                if (got == sizeof request) {
                    totals[client] += request;
                    continue;
                }
                if (got == 0) {
                    /* A later child has the read end, too: close() alone would leave it on the list (epoll(7)). */
                    epoll_ctl(epoll, EPOLL_CTL_DEL, inputs[client], NULL);
                    close(inputs[client]);
                    open_clients--;
                } else if (errno != EAGAIN) {
                    return 1;
                }
                break;
            }
        }
    }
    while (wait(NULL) > 0) continue;
    for (int i = 0; i < CLIENTS; i++) printf("client %d: %d\n", i, totals[i]);
    return 0;
}
