/* Two processes lock two records in opposite order. Whoever would close the circle is refused, gives up what it has, and
 * the other one goes on. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int file;

static int lock(int command, short type, off_t record) {
    struct flock lock = {.l_type = type, .l_whence = SEEK_SET, .l_start = record, .l_len = 1};
    return fcntl(file, command, &lock);
}

/* Says that it has its first record, waits for the word to go on, and then wants the other one. Exit status 1: EDEADLK. */
static int take_both(int ready, int go, off_t first, off_t second) {
    char byte = 'x';
    if (lock(F_SETLK, F_WRLCK, first) < 0 || write(ready, &byte, 1) != 1 || read(go, &byte, 1) != 1)
        return 2;
    if (lock(F_SETLKW, F_WRLCK, second) == 0)
        return 0;
    return errno == EDEADLK ? 1 : 2;
}

int main(void) {
    int ready[2], go[2], ends[3] = {0};
    char bytes[2];
    file = open("/tmp/lock_deadlock.data", O_RDWR | O_CREAT, 0600);
    if (file < 0 || pipe(ready) < 0 || pipe(go) < 0)
        return 1;
    if (fork() == 0)
        return take_both(ready[1], go[0], 1, 2);
    if (fork() == 0)
        return take_both(ready[1], go[0], 2, 1);
    for (int i = 0; i < 2; i++)
        if (read(ready[0], bytes, 1) != 1)
            return 1;
    if (write(go[1], "xx", 2) != 2)
        return 1;
    int status;
    while (wait(&status) > 0)
        if (WIFEXITED(status) && WEXITSTATUS(status) < 3)
            ends[WEXITSTATUS(status)]++;
    printf("had both: %d, EDEADLK: %d, failed: %d\n", ends[0], ends[1], ends[2]);
    unlink("/tmp/lock_deadlock.data");
    return 0;
}
