/* A handler of SIGPIPE counts, write() fails with EPIPE, the program goes on with another pipe. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t broken;

static void on_pipe(int signal) {
    (void)signal;
    broken++;
}

int main(void) {
    signal(SIGPIPE, on_pipe);
    for (int round = 0; round < 3; round++) {
        int ends[2];
        char text[8] = "";
        if (pipe(ends) < 0) return 1;
        ssize_t done = write(ends[1], "abc", 3), got = read(ends[0], text, sizeof text);
        printf("%zd %zd %s; ", done, got, text);
        close(ends[0]);
        done = write(ends[1], "def", 3);
        printf("%zd %s, %d\n", done, errno == EPIPE ? "EPIPE" : strerror(errno), (int)broken);
        close(ends[1]);
    }
    return 0;
}
