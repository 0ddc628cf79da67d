/* How much fits into a pipe, and how its size can be changed. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static long fill(int fd, size_t piece) {
    static char bytes[8192];
    long total = 0;
    ssize_t done;
    while ((done = write(fd, bytes, piece)) > 0) total += done;
    printf("then %s\n", errno == EAGAIN ? "EAGAIN" : strerror(errno));
    return total;
}

int main(void) {
    int ends[2], waiting;
    static char drain[1 << 20];
    if (pipe2(ends, O_NONBLOCK | O_CLOEXEC) < 0) return 1;
    printf("size %d\n", fcntl(ends[1], F_GETPIPE_SZ));
    printf("%ld bytes in pieces of 1000\n", fill(ends[1], 1000));
    ioctl(ends[0], FIONREAD, &waiting);
    printf("waiting: %d\n", waiting);
    printf("read at once: %zd\n", read(ends[0], drain, sizeof drain));
    printf("%ld bytes in pieces of 4096\n", fill(ends[1], 4096));
    printf("cannot shrink below what is in it: %d\n", fcntl(ends[1], F_SETPIPE_SZ, 4096));
    printf("read: %zd\n", read(ends[0], drain, sizeof drain));
    printf("smaller: %d\n", fcntl(ends[1], F_SETPIPE_SZ, 10000));
    printf("%ld bytes\n", fill(ends[1], 4096));
    printf("close on exec: %d, non-blocking: %d\n", (fcntl(ends[0], F_GETFD) & FD_CLOEXEC) != 0,
           (fcntl(ends[0], F_GETFL) & O_NONBLOCK) != 0);
    return 0;
}
