/* What open() does with a FIFO: O_NONBLOCK on both sides, O_RDWR, hang-up, the name that goes, the bytes that go. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const name = "/tmp/fifo_open_modes";

static int show_open(const char *what, int flags) {
    int fd = open(name, flags);
    printf("%s: %s\n", what, fd < 0 ? strerror(errno) : "open");
    return fd;
}

static void show_poll(const char *what, int fd) {
    struct pollfd entry = {.fd = fd, .events = POLLIN | POLLOUT};
    int count = poll(&entry, 1, 0);
    printf("%s: %d%s%s%s%s\n", what, count, entry.revents & POLLIN ? " IN" : "", entry.revents & POLLOUT ? " OUT" : "",
           entry.revents & POLLHUP ? " HUP" : "", entry.revents & POLLERR ? " ERR" : "");
}

static void show_read(const char *what, int fd) {
    char text[20];
    ssize_t bytes = read(fd, text, sizeof text);
    if (bytes < 0)
        printf("%s: %s\n", what, strerror(errno));
    else
        printf("%s: %zd bytes\n", what, bytes);
}

int main(void) {
    signal(SIGPIPE, SIG_IGN);
    umask(022);
    if (mkfifo(name, 0666) < 0)
        return 1;
    struct stat status;
    stat(name, &status);
    printf("mode %o\n", (unsigned)status.st_mode);

    show_open("a lonely writer", O_WRONLY | O_NONBLOCK);
    int in = show_open("a lonely reader", O_RDONLY | O_NONBLOCK);
    show_poll("before any writer", in);
    show_read("nothing there", in);
    int out = show_open("a writer", O_WRONLY | O_NONBLOCK);
    show_read("a writer, but no data", in);
    show_poll("the writer's end", out);
    if (write(out, "abc", 3) != 3)
        return 1;
    close(out);
    show_poll("data, and the writer gone", in);
    show_read("the rest", in);
    show_poll("empty, and the writer gone", in);
    show_read("at the end", in);
    int late = show_open("a second reader", O_RDONLY | O_NONBLOCK);
    show_poll("which has seen no writer", late);
    close(late);
    out = show_open("another writer", O_WRONLY);
    close(in);
    show_poll("the reader gone", out);
    printf("write: %s\n", write(out, "x", 1) < 0 ? strerror(errno) : "done");
    close(out);

    int both = show_open("both ways", O_RDWR);
    if (write(both, "left behind", 11) != 11)
        return 1;
    show_poll("both ways", both);
    printf("seek: %s\n", lseek(both, 0, SEEK_SET) < 0 ? strerror(errno) : "done");
    close(both);
    both = show_open("and again", O_RDWR | O_NONBLOCK);
    show_read("all gone", both);
    unlink(name);
    show_open("without a name", O_RDONLY | O_NONBLOCK);
    if (write(both, "still", 5) != 5)
        return 1;
    show_read("but it lives", both);
    printf("a directory? %s\n", open("/tmp", O_RDONLY | O_DIRECTORY) < 0 ? strerror(errno) : "yes");
    return 0;
}
