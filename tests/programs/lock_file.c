/* A lock file: open() with O_CREAT and O_EXCL succeeds for one process only; the others see that it is there. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const lock = "/tmp/lock_file.lock";

static int try_lock(const char *who) {
    int fd = open(lock, O_WRONLY | O_CREAT | O_EXCL, 0600);
    printf("%s: %s\n", who, fd >= 0 ? "has the lock" : strerror(errno));
    fflush(stdout);
    if (fd < 0) return 0;
    close(fd);
    return 1;
}

static void wait_for(int fd) {
    char byte;
    if (read(fd, &byte, 1) != 1) _exit(1);
}

static void tell(int fd) {
    if (write(fd, "x", 1) != 1) _exit(1);
}

int main(void) {
    int to_child[2], to_parent[2];
    if (pipe(to_child) < 0 || pipe(to_parent) < 0) return 1;
    try_lock("parent");
    try_lock("parent again");
    if (fork() == 0) {
        try_lock("child");
        tell(to_parent[1]);
        wait_for(to_child[0]);
        try_lock("child");
        tell(to_parent[1]);
        wait_for(to_child[0]);
        unlink(lock);
        _exit(0);
    }
    wait_for(to_parent[0]);
    unlink(lock);
    tell(to_child[1]);
    wait_for(to_parent[0]);
    try_lock("parent");
    tell(to_child[1]);
    wait(NULL);
    if (try_lock("parent")) unlink(lock);
    return 0;
}
