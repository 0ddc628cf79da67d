// A pipe of packets: what is written at once is read at once, and what does not fit is lost.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(void) {
    int ends[2];
    char buffer[16];

    if (pipe2(ends, O_DIRECT) == -1) {
        perror("pipe2");
        exit(1);
    }
    if (write(ends[1], "first", 5) != 5 || write(ends[1], "second", 6) != 6 ||
        write(ends[1], "third", 5) != 5) {
        perror("write");
        exit(1);
    }
    for (int size = 16; size > 0; size -= 13) {
        ssize_t bytes = read(ends[0], buffer, (size_t)size);
        printf("asked for %d: %.*s\n", size, (int)bytes, buffer);
    }
    ssize_t bytes = read(ends[0], buffer, sizeof buffer);
    printf("asked for 16: %.*s\n", (int)bytes, buffer);
    return 0;
}
