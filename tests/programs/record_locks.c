/* Record locks: ranges that are split and merged, what F_GETLK tells, and who must wait. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int file;

static int lock(int command, short type, off_t start, off_t length) {
    struct flock lock = {.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = length};
    return fcntl(file, command, &lock);
}

/* Asked by another process: its own locks are never in its way. */
static void show(const char *when) {
    fflush(stdout);
    pid_t asker = fork();
    if (asker == 0) {
        printf("%s:", when);
        off_t at = 0;
        for (;;) {
            struct flock probe = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = at};
            if (fcntl(file, F_GETLK, &probe) < 0) {
                perror("F_GETLK");
                exit(1);
            }
            if (probe.l_type == F_UNLCK)
                break;
            printf(" %s %lld+%lld%s", probe.l_type == F_RDLCK ? "shared" : "exclusive", (long long)probe.l_start,
                   (long long)probe.l_len, probe.l_pid == getppid() ? "" : " of a stranger");
            if (probe.l_len == 0)
                break;
            at = probe.l_start + probe.l_len;
        }
        printf("\n");
        exit(0);
    }
    waitpid(asker, NULL, 0);
}

int main(void) {
    file = open("/tmp/record_locks.data", O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (file < 0)
        return 1;
    lock(F_SETLK, F_WRLCK, 0, 100);
    show("one");
    lock(F_SETLK, F_UNLCK, 40, 20);
    show("unlocked in the middle");
    lock(F_SETLK, F_RDLCK, 40, 20);
    show("shared in the middle");
    lock(F_SETLK, F_WRLCK, 40, 20);
    show("merged again");
    lock(F_SETLK, F_RDLCK, 200, 0);
    show("and to the end");
    lock(F_SETLK, F_UNLCK, 0, 0);
    show("none");

    lock(F_SETLK, F_WRLCK, 0, 10);
    fflush(stdout);
    int tried[2];
    char byte;
    if (pipe(tried) < 0)
        return 1;
    pid_t child = fork();
    if (child == 0) {
        if (lock(F_SETLK, F_RDLCK, 5, 1) < 0)
            printf("child: %s\n", errno == EAGAIN || errno == EACCES ? "taken" : strerror(errno));
        fflush(stdout);
        if (write(tried[1], "x", 1) != 1)
            exit(1);
        if (lock(F_SETLKW, F_WRLCK, 5, 1) == 0)
            printf("child: mine now\n");
        return 0;
    }
    if (read(tried[0], &byte, 1) != 1)
        return 1;
    printf("parent: lets go\n");
    fflush(stdout);
    lock(F_SETLK, F_UNLCK, 0, 10);
    waitpid(child, NULL, 0);

    printf("wrong type: %s\n", lock(F_SETLK, 7, 0, 1) < 0 ? strerror(errno) : "accepted");
    printf("before the file: %s\n", lock(F_SETLK, F_WRLCK, -1, 1) < 0 ? strerror(errno) : "accepted");
    close(file);
    file = open("/tmp/record_locks.data", O_RDONLY);
    printf("exclusive, read only: %s\n", lock(F_SETLK, F_WRLCK, 0, 1) < 0 ? strerror(errno) : "accepted");
    unlink("/tmp/record_locks.data");
    return 0;
}
