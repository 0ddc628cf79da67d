/* Real-time signals that carry a number (signal(7), sigqueue(3)). They are blocked, so that they queue until
   sigwaitinfo(2) takes them, and no handler is needed. The end is another signal. */
#include "job.h"

#include <signal.h>
#include <stddef.h>

static pid_t peer;

static void put(int signal, int number) {
    union sigval value = {.sival_int = number};
    if (sigqueue(peer, signal, value) == -1)
        die("sigqueue");
}

static int get(int *number) {
    sigset_t both;
    siginfo_t info;
    sigemptyset(&both);
    sigaddset(&both, SIGRTMIN);
    sigaddset(&both, SIGRTMIN + 1);
    int signal = sigwaitinfo(&both, &info);
    if (signal == -1)
        die("sigwaitinfo");
    *number = info.si_value.sival_int;
    return signal == SIGRTMIN;
}

void prepare(void) {
    sigset_t both;
    sigemptyset(&both);
    sigaddset(&both, SIGRTMIN);
    sigaddset(&both, SIGRTMIN + 1);
    if (sigprocmask(SIG_BLOCK, &both, NULL) == -1) /* the server inherits the mask */
        die("sigprocmask");
}

void start_server(pid_t client) {
    peer = client;
}

void start_client(pid_t server) {
    peer = server;
}

void send_request(int number) {
    put(SIGRTMIN, number);
}

void end_requests(void) {
    put(SIGRTMIN + 1, 0);
}

int receive_request(int *number) {
    return get(number);
}

void send_answer(int sum) {
    put(SIGRTMIN, sum);
}

int receive_answer(void) {
    int sum;
    get(&sum);
    return sum;
}

void clean_up(void) {
}
