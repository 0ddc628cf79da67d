/* splice(), tee() and vmsplice(): pages handed from pipe to pipe and to and from files, and what they refuse. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

static void show(const char *what, ssize_t result) {
    if (result < 0)
        printf("%s: %s\n", what, strerror(errno));
    else
        printf("%s: %zd\n", what, result);
}

static void show_text(const char *what, int fd, size_t most) {
    char text[64];
    ssize_t bytes = read(fd, text, most < sizeof text ? most : sizeof text);
    if (bytes < 0)
        show(what, bytes);
    else
        printf("%s: \"%.*s\"\n", what, (int)bytes, text);
}

int main(void) {
    int a[2], b[2];
    signal(SIGPIPE, SIG_IGN);
    int file = open("/tmp/splice_pages.data", O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (pipe(a) < 0 || pipe(b) < 0 || file < 0 || write(file, "0123456789", 10) != 10)
        return 1;
    unlink("/tmp/splice_pages.data");

    loff_t offset = 2;
    show("file to pipe, at 2", splice(file, &offset, a[1], NULL, 5, 0));
    printf("offset %lld, the file's own %lld\n", (long long)offset, (long long)lseek(file, 0, SEEK_CUR));
    show("tee", tee(a[0], b[1], 3, 0));
    show_text("the copy", b[0], 64);
    show("pipe to pipe", splice(a[0], NULL, b[1], NULL, 100, SPLICE_F_MOVE));
    show("nothing left", splice(a[0], NULL, b[1], NULL, 100, SPLICE_F_NONBLOCK));
    offset = 20;
    show("pipe to file, at 20", splice(b[0], NULL, file, &offset, 4, 0));
    char text[64];
    ssize_t bytes = pread(file, text, sizeof text, 18);
    printf("in the file: %zd bytes, \"%.*s\"\n", bytes, (int)bytes - 2, text + 2);
    show_text("the rest", b[0], 64);

    char first[] = "from ", second[] = "memory";
    struct iovec pieces[] = {{first, 5}, {second, 6}};
    show("vmsplice", vmsplice(a[1], pieces, 2, 0));
    show_text("read", a[0], 64);
    if (write(a[1], "and back", 8) != 8)
        return 1;
    struct iovec into = {text, sizeof text};
    bytes = vmsplice(a[0], &into, 1, 0);
    printf("vmsplice: \"%.*s\"\n", (int)bytes, text);

    if (write(a[1], "x", 1) != 1)
        return 1;
    show("to itself", splice(a[0], NULL, a[1], NULL, 1, 0));
    show("file to file", splice(file, NULL, file, NULL, 1, 0));
    show("an offset for a pipe", splice(a[0], &offset, file, NULL, 1, 0));
    show("the wrong end", splice(a[1], NULL, b[1], NULL, 1, 0));
    show("flags", splice(a[0], NULL, b[1], NULL, 1, 64));
    show("tee to a file", tee(a[0], file, 1, 0));
    show("vmsplice to a file", vmsplice(file, pieces, 1, 0));
    fcntl(file, F_SETFL, O_APPEND);
    show("a file that appends", splice(a[0], NULL, file, NULL, 1, 0));
    close(b[0]);
    show("nobody reads", splice(a[0], NULL, b[1], NULL, 1, 0));
    close(a[1]);
    show("the last byte", splice(a[0], NULL, open("/dev/null", O_WRONLY), NULL, 10, 0));
    show("end of file", splice(a[0], NULL, file, NULL, 10, 0));
    return 0;
}
