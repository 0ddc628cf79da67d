/* O_NONBLOCK turns "wait" into EAGAIN: on an empty pipe, and on a full one. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(void) {
    int ends[2];
    char block[1000];
    long total = 0;
    memset(block, 'x', sizeof block);
    if (pipe(ends) < 0) return 1;
    for (int i = 0; i < 2; i++) fcntl(ends[i], F_SETFL, fcntl(ends[i], F_GETFL) | O_NONBLOCK);

    ssize_t result = read(ends[0], block, 1);
    printf("read from an empty pipe: %zd %s\n", result, errno == EAGAIN ? "EAGAIN" : "");

    while ((result = write(ends[1], "x", 1)) == 1) total++;
    printf("single bytes until full: %ld, then %s\n", total, errno == EAGAIN ? "EAGAIN" : "");
    for (total = 0; (result = read(ends[0], block, sizeof block)) > 0; total += result) continue;
    printf("read back: %ld\n", total);

    /* 1000 is at most PIPE_BUF: all of it or nothing. */
    for (total = 0; (result = write(ends[1], block, 1000)) > 0; total += result) continue;
    printf("blocks of 1000 until full: %ld\n", total);
    while (read(ends[0], block, sizeof block) > 0) continue;

    static char large[100000];
    printf("100000 bytes at once: %zd\n", write(ends[1], large, sizeof large));
    result = write(ends[1], large, sizeof large);
    printf("and again: %zd %s\n", result, errno == EAGAIN ? "EAGAIN" : "");
    close(ends[1]);
    for (total = 0; (result = read(ends[0], large, sizeof large)) > 0; total += result) continue;
    printf("read %ld, then %zd: end of file\n", total, result);
    return 0;
}
