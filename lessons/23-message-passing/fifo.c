/* Two pipes with names (fifo(7)): processes that are not related find them. The end is a pipe's. */
#include "job.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static int requests, answers;

void prepare(void) {
    if (mkfifo("requests", 0600) == -1 || mkfifo("answers", 0600) == -1)
        die("mkfifo");
}

/* open() waits for the other side. Both open them in the same order, or they would wait for each other for
   ever. */
static void open_both(int requests_mode, int answers_mode) {
    requests = open("requests", requests_mode);
    answers = open("answers", answers_mode);
    if (requests == -1 || answers == -1)
        die("open");
}

void start_server(pid_t client) {
    (void)client;
    open_both(O_RDONLY, O_WRONLY);
}

void start_client(pid_t server) {
    (void)server;
    open_both(O_WRONLY, O_RDONLY);
}

void send_request(int number) {
    write_number(requests, number);
}

void end_requests(void) {
    close(requests);
}

int receive_request(int *number) {
    return read_number(requests, number);
}

void send_answer(int sum) {
    write_number(answers, sum);
}

int receive_answer(void) {
    int sum = 0;
    read_number(answers, &sum);
    return sum;
}

void clean_up(void) {
    close(answers);
    unlink("requests");
    unlink("answers");
}
