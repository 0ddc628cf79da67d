/* A big write() into a pipe that is read slowly: it blocks, goes on, and takes everything. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SIZE = 300000 };

int main(void) {
    int ends[2], status;
    char *block = malloc(SIZE), piece[1000];
    if (!block || pipe(ends) < 0) return 1;
    for (int i = 0; i < SIZE; i++) block[i] = (char)(i * 31 >> 3);
    pid_t writer = fork();
    if (writer == 0) {
        close(ends[0]);
        _exit(write(ends[1], block, SIZE) == SIZE ? 0 : 1);
    }
    close(ends[1]);
    long total = 0, wrong = 0;
    ssize_t got;
    while ((got = read(ends[0], piece, sizeof piece)) > 0) {
        wrong += memcmp(piece, block + total, (size_t)got) != 0;
        total += got;
    }
    waitpid(writer, &status, 0);
    printf("%ld bytes, %ld wrong pieces, writer %d\n", total, wrong, WEXITSTATUS(status));
    free(block);
    return 0;
}
