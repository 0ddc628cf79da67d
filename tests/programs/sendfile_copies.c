/* sendfile() and copy_file_range(): from file to file, pipe and socket without a buffer of one's own, and what they refuse. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

static void tell(const char *what, long result) {
    if (result < 0)
        printf("%s: %s\n", what, strerrorname_np(errno));
    else
        printf("%s: %ld\n", what, result);
}

static void show(int fd, const char *name) {
    char bytes[64];
    ssize_t got = read(fd, bytes, sizeof bytes);
    printf("%s has \"%.*s\"\n", name, (int)(got > 0 ? got : 0), bytes);
}

int main(void) {
    int file = open("digits", O_RDWR | O_CREAT | O_TRUNC, 0600);
    int copy = open("copy", O_RDWR | O_CREAT | O_TRUNC, 0600);
    int reads = open("digits", O_RDONLY), writes = open("digits", O_WRONLY), appends = open("digits", O_WRONLY | O_APPEND);
    int null = open("/dev/null", O_RDWR), directory = open(".", O_RDONLY);
    int ends[2], pair[2];
    pipe(ends);
    socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
    write(file, "0123456789", 10);

    off_t at = 2;
    tell("to the pipe, from offset 2", sendfile(ends[1], file, &at, 3));
    printf("the offset is %ld, that of the descriptor %ld\n", (long)at, (long)lseek(file, 0, SEEK_CUR));
    show(ends[0], "the pipe");
    tell("at the end", sendfile(ends[1], file, NULL, 3));
    lseek(file, 0, SEEK_SET);
    tell("to the socket", sendfile(pair[0], file, NULL, 4));
    show(pair[1], "the socket");
    tell("to the file", sendfile(copy, file, NULL, 100));
    printf("the copy is at %ld\n", (long)lseek(copy, 0, SEEK_CUR));
    lseek(copy, 0, SEEK_SET);
    show(copy, "the copy");

    at = 0;
    tell("to a file that appends", sendfile(appends, file, &at, 3));
    tell("from a pipe", sendfile(copy, ends[0], NULL, 3));
    tell("from a pipe, at an offset", sendfile(copy, ends[0], &at, 3));
    tell("from a descriptor that only writes", sendfile(null, writes, NULL, 3));
    tell("to a descriptor that only reads", sendfile(reads, file, NULL, 3));
    tell("from a directory", sendfile(null, directory, NULL, 3));
    tell("to a directory", sendfile(directory, file, NULL, 3));
    tell("from nothing", sendfile(null, 99, NULL, 3));
    at = -1;
    tell("from before the beginning", sendfile(null, file, &at, 3));
    at = 100;
    tell("from behind the end", sendfile(null, file, &at, 3));

    off_t from = 0, to = 20;
    tell("copy_file_range", copy_file_range(file, &from, copy, &to, 5, 0));
    printf("the offsets are %ld and %ld\n", (long)from, (long)to);
    from = 0, to = 3;
    tell("over itself", copy_file_range(file, &from, file, &to, 5, 0));
    tell("to one that appends", copy_file_range(file, &from, appends, &to, 5, 0));
    tell("to one that reads", copy_file_range(file, &from, reads, &to, 5, 0));
    tell("to a pipe", copy_file_range(file, &from, ends[1], NULL, 5, 0));
    tell("from a directory", copy_file_range(directory, NULL, file, &to, 5, 0));
    tell("from a device", copy_file_range(null, NULL, file, &to, 5, 0));
    tell("with flags", copy_file_range(file, &from, copy, &to, 5, 1));
    from = 1000;
    tell("from behind the end", copy_file_range(file, &from, copy, &to, 5, 0));
    int memory = memfd_create("memory", 0);
    from = 0;
    tell("to another file system", copy_file_range(file, &from, memory, NULL, 5, 0));
    lseek(file, 0, SEEK_SET);
    lseek(copy, 0, SEEK_SET);
    tell("with both descriptors' own offsets", copy_file_range(file, NULL, copy, NULL, 6, 0));
    printf("they are at %ld and %ld\n", (long)lseek(file, 0, SEEK_CUR), (long)lseek(copy, 0, SEEK_CUR));
    unlink("digits");
    unlink("copy");
    return 0;
}
