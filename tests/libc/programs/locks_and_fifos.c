// File locks of three kinds, and named pipes as files.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static void show(const char* what, long result) {
    printf("%s: %ld %s\n", what, result, result < 0 ? strerror(errno) : "");
}

int main(void) {
    struct stat status;
    show("mkfifo", mkfifo("fifo", 0600));
    show("mkfifo again", mkfifo("fifo", 0600));
    show("stat", stat("fifo", &status));
    printf("%d %o\n", S_ISFIFO(status.st_mode), status.st_mode & 0777);
    show("remove", remove("fifo"));
    int fd = open("file", O_RDWR | O_CREAT, 0600);
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    show("lock", fcntl(fd, F_SETLK, &lock));
    show("flock", flock(fd, LOCK_EX | LOCK_NB));
    show("lockf", lockf(fd, F_TEST, 10));
    return 0;
}
