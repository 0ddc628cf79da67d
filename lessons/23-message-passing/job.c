/* The job. What it is called with says how many requests there are: 3, if nothing does. */
#include "job.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

void die(const char *what) {
    perror(what);
    exit(1);
}

void write_number(int fd, int number) {
    if (write(fd, &number, sizeof number) != sizeof number)
        die("write");
}

/* A stream has no messages: a read() may end in the middle of a number. */
int read_number(int fd, int *number) {
    size_t got = 0;
    while (got < sizeof *number) {
        ssize_t bytes = read(fd, (char *)number + got, sizeof *number - got);
        if (bytes == -1)
            die("read");
        if (bytes == 0)
            return 0;
        got += (size_t)bytes;
    }
    return 1;
}

static void serve(void) {
    int number, sum = 0;
    while (receive_request(&number)) {
        sum += number;
        send_answer(sum);
    }
}

int main(int argc, char *argv[]) {
    int requests = argc > 1 ? atoi(argv[1]) : 3, sum = 0;
    prepare();
    pid_t client = getpid(), server = fork();
    if (server == -1)
        die("fork");
    if (server == 0) {
        start_server(client);
        serve();
        return 0;
    }
    start_client(server);
    for (int i = 1; i <= requests; i++) {
        send_request(i);
        sum = receive_answer();
    }
    end_requests();
    int status;
    if (waitpid(server, &status, 0) == -1)
        die("waitpid");
    clean_up();
    printf("%d\n", sum);
    return status == 0 ? 0 : 1;
}
