/* A writer that ignores SIGPIPE gets an error instead. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t caught;

static void handler(int sig) {
    caught = sig;
}

int main(void) {
    int ends[2];
    if (pipe(ends) < 0) return 1;
    close(ends[0]);

    signal(SIGPIPE, SIG_IGN);
    ssize_t result = write(ends[1], "x", 1);
    printf("ignored: write() = %zd, %s\n", result, strerror(errno));

    signal(SIGPIPE, handler);
    result = write(ends[1], "x", 1);
    printf("handled: write() = %zd, %s, handler saw %d\n", result, errno == EPIPE ? "EPIPE" : "another error",
           (int)caught);

    printf("writing nothing: %zd\n", write(ends[1], "", 0));
    return 0;
}
