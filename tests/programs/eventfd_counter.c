/* What a counter behind a descriptor allows: eventfd(2), rule by rule. */
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

static void report(const char *what, long result) {
    printf("%s: %ld%s%s\n", what, result, result < 0 ? " " : "", result < 0 ? strerror(errno) : "");
}

static void show_read(const char *what, int fd) {
    uint64_t value = 99;
    ssize_t got = read(fd, &value, sizeof value);
    if (got < 0)
        printf("%s: %s\n", what, strerror(errno));
    else
        printf("%s: %zd bytes, %llu\n", what, got, (unsigned long long)value);
}

static void show_write(const char *what, int fd, uint64_t value) {
    ssize_t done = write(fd, &value, sizeof value);
    printf("%s: %s\n", what, done == sizeof value ? "done" : strerror(errno));
}

static void show_ready(int fd) {
    struct pollfd entry = {fd, POLLIN | POLLOUT, 0};
    int count = poll(&entry, 1, 0);
    printf("  poll: %d%s%s%s\n", count, entry.revents & POLLIN ? " in" : "", entry.revents & POLLOUT ? " out" : "",
           entry.revents & POLLERR ? " error" : "");
}

int main(void) {
    int fd = eventfd(0, EFD_NONBLOCK);
    if (fd < 0) return 1;
    show_read("empty", fd);
    show_ready(fd);
    show_write("add 3", fd, 3);
    show_write("add 4", fd, 4);
    show_ready(fd);
    show_read("the sum", fd);
    show_read("and 0 again", fd);

    show_write("the largest", fd, UINT64_MAX - 1);
    show_ready(fd);
    show_write("one more", fd, 1);
    show_write("nothing more", fd, 0);
    show_write("all ones", fd, UINT64_MAX);
    show_read("all at once", fd);

    char buffer[64] = {1};
    report("short read", read(fd, buffer, 7));
    report("short write", write(fd, buffer, 7));
    printf("long write: %zd\n", write(fd, buffer, sizeof buffer));
    printf("long read: %zd, %d\n", read(fd, buffer, sizeof buffer), buffer[0]);
    report("seek", lseek(fd, 0, SEEK_SET));
    close(fd);

    int semaphore = eventfd(2, EFD_SEMAPHORE | EFD_NONBLOCK);
    show_read("semaphore", semaphore);
    show_read("semaphore", semaphore);
    show_read("semaphore", semaphore);
    close(semaphore);
    report("bad flags", eventfd(0, 0x10));
    eventfd_t value = 0;
    fd = eventfd(40, EFD_CLOEXEC);
    int written = eventfd_write(fd, 2), got = eventfd_read(fd, &value);
    printf("library: %d %d %llu\n", written, got, (unsigned long long)value);
    return 0;
}
