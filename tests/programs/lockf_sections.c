/* lockf(): sections from the current offset on, tested, locked and freed; a counter in a file under four processes. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void add(int file) {
    long count = 0;
    lseek(file, 0, SEEK_SET);
    if (lockf(file, F_LOCK, sizeof count) < 0)
        exit(1);
    if (pread(file, &count, sizeof count, 0) < 0)
        exit(1);
    count++;
    if (pwrite(file, &count, sizeof count, 0) != sizeof count)
        exit(1);
    lseek(file, 0, SEEK_SET);
    if (lockf(file, F_ULOCK, sizeof count) < 0)
        exit(1);
}

int main(void) {
    int file = open("/tmp/lockf_sections.data", O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (file < 0)
        return 1;
    for (int i = 0; i < 4; i++)
        if (fork() == 0) {
            for (int round = 0; round < 25; round++)
                add(file);
            return 0;
        }
    while (wait(NULL) > 0)
        ;
    long count = 0;
    if (pread(file, &count, sizeof count, 0) != sizeof count)
        return 1;
    printf("%ld\n", count);

    lseek(file, 10, SEEK_SET);
    if (lockf(file, F_TLOCK, -4) < 0)
        return 1;
    printf("own section: %d\n", lockf(file, F_TEST, -4));
    fflush(stdout);
    if (fork() == 0) {
        lseek(file, 6, SEEK_SET);
        printf("F_TEST: %s\n", lockf(file, F_TEST, 1) < 0 ? strerror(errno) : "free");
        printf("F_TLOCK: %s\n", lockf(file, F_TLOCK, 0) < 0 && (errno == EAGAIN || errno == EACCES) ? "taken" : "free");
        lseek(file, 10, SEEK_SET);
        printf("behind it: %s\n", lockf(file, F_TLOCK, 0) < 0 ? strerror(errno) : "free");
        printf("what is that: %s\n", lockf(file, 17, 0) < 0 ? strerror(errno) : "fine");
        return 0;
    }
    wait(NULL);
    unlink("/tmp/lockf_sections.data");
    return 0;
}
