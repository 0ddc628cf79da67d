/* The writer is quick, the reader takes its time: what happens when a pipe is full? */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BLOCK = 4096, BLOCKS = 20 };

static char block[BLOCK], bucket[65536];

static void die(const char *what) {
    perror(what);
    exit(1);
}

static void write_blocks(int fd) {
    for (int i = 0; i < BLOCKS; i++) {
        memset(block, 'a' + i, BLOCK);
        if (write(fd, block, BLOCK) != BLOCK) die("write");
    }
}

static long take(int fd, size_t most) {
    ssize_t got = read(fd, bucket, most);
    if (got < 0) die("read");
    return got;
}

int main(void) {
    int ends[2];
    if (pipe(ends) < 0) die("pipe");
    if (fork() == 0) {
        close(ends[0]);
        write_blocks(ends[1]);
        exit(0);
    }

    close(ends[1]);
    usleep(300000);
    long total = take(ends[0], 1); /* a sip */
    usleep(300000);
    total += take(ends[0], BLOCK - 1); /* the rest of the first block */
    usleep(300000);
    for (long got; (got = take(ends[0], sizeof bucket)) > 0;) total += got;
    wait(NULL);
    printf("read %ld bytes in all\n", total);
    return 0;
}
