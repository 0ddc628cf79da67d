/* Times of a file can be set, by name and by descriptor. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#include <utime.h>

static void show(const char *name, const char *title) {
    struct stat status;
    char text[40];
    stat(name, &status);
    strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", gmtime(&status.st_mtime));
    printf("%s: %s.%09ld\n", title, text, (long)status.st_mtim.tv_nsec);
}

int main(void) {
    const char *name = "/tmp/file_times.file";
    int fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);
    struct utimbuf old = {0, 86400 * 365};
    utime(name, &old);
    show(name, "utime");
    struct timeval micro[2] = {{100, 5}, {1000000000, 250000}};
    utimes(name, micro);
    show(name, "utimes");
    struct timespec nano[2] = {{1, 2}, {1600000000, 123456789}};
    futimens(fd, nano);
    show(name, "futimens");
    nano[1].tv_nsec = UTIME_OMIT;
    utimensat(AT_FDCWD, name, nano, 0);
    show(name, "omitted");
    struct stat before, after;
    stat(name, &before);
    utime(name, NULL);
    stat(name, &after);
    printf("now is later: %d\n", after.st_mtime > before.st_mtime);
    close(fd);
    unlink(name);
    return 0;
}
