/* Two pipes, one for each direction (pipe(7)). The end: nobody has the other end open any more. */
#include "job.h"

#include <unistd.h>

static int requests[2], answers[2];

void prepare(void) {
    if (pipe(requests) == -1 || pipe(answers) == -1)
        die("pipe");
}

void start_server(pid_t client) {
    (void)client;
    close(requests[1]); /* or the server would be the writer for whom it waits */
    close(answers[0]);
}

void start_client(pid_t server) {
    (void)server;
    close(requests[0]);
    close(answers[1]);
}

void send_request(int number) {
    write_number(requests[1], number);
}

void end_requests(void) {
    close(requests[1]);
}

int receive_request(int *number) {
    return read_number(requests[0], number);
}

void send_answer(int sum) {
    write_number(answers[1], sum);
}

int receive_answer(void) {
    int sum = 0;
    read_number(answers[0], &sum);
    return sum;
}

void clean_up(void) {
    close(answers[0]);
}
