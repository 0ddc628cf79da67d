/* A function that only looks into a file, closes it, and takes with it the lock that main() holds. An open file
 * description lock stays. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const name = "/tmp/lock_lost_by_close.data";

static void look(void) {
    int file = open(name, O_RDONLY);
    char byte;
    if (file < 0 || read(file, &byte, 1) < 0)
        exit(1);
    close(file);
}

static int is_locked(void) {
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        int file = open(name, O_RDWR);
        struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
        _exit(fcntl(file, F_SETLK, &lock) == 0 ? 0 : 1);
    }
    int status;
    waitpid(child, &status, 0);
    return WEXITSTATUS(status);
}

int main(void) {
    int file = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (file < 0 || fcntl(file, F_SETLK, &lock) < 0)
        return 1;
    printf("locked: %d\n", is_locked());
    look();
    printf("after look(): %d\n", is_locked());
    if (fcntl(file, F_OFD_SETLK, &lock) < 0)
        return 1;
    printf("by description: %d\n", is_locked());
    look();
    printf("after look(): %d\n", is_locked());
    int copy = dup(file);
    close(file);
    printf("one descriptor closed: %d\n", is_locked());
    close(copy);
    printf("both closed: %d\n", is_locked());
    unlink(name);
    return 0;
}
