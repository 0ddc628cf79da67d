/* A file can have several names, and a name can lead to another. */
#define _DEFAULT_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void links(const char *name) {
    struct stat status;
    if (stat(name, &status) < 0)
        printf("%s: %s\n", name, strerror(errno));
    else
        printf("%s: %d links, %ld bytes\n", name, (int)status.st_nlink, (long)status.st_size);
}

#define TRY(call)                                                  \
    do {                                                           \
        int result = (call);                                       \
        printf("%s: %s\n", #call, result < 0 ? strerror(errno) : "done"); \
    } while (0)

int main(void) {
    mkdir("/tmp/names", 0700);
    if (chdir("/tmp/names") < 0) return 1;
    int fd = open("a", O_CREAT | O_RDWR, 0600);
    if (write(fd, "hello", 5) != 5) return 1;
    TRY(link("a", "b"));
    links("b");
    TRY(link("a", "b"));
    TRY(symlink("b", "s"));
    links("s");
    TRY(rename("a", "c"));
    links("a");
    TRY(unlink("b"));
    links("s");
    links("c");
    char target[32];
    ssize_t length = readlink("s", target, sizeof target);
    printf("s leads to %.*s\n", (int)length, target);
    TRY(symlink("loop", "loop"));
    TRY(open("loop", O_RDONLY));
    TRY(mkdir("d", 0700));
    TRY(rename("c", "d"));
    TRY(rename("c", "d/c"));
    TRY(rmdir("d"));
    TRY(unlink("d"));
    TRY(open("d/c/x", O_RDONLY));
    TRY(unlink("d/c"));
    TRY(rmdir("d"));
    TRY(unlink("s"));
    TRY(unlink("loop"));
    TRY(rmdir("/tmp/names"));
    return 0;
}
