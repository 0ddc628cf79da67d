/* pipe2() with O_DIRECT: each write is a packet, each read gives one, and what does not fit into the buffer is lost. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void put(int fd, const char *text) {
    if (write(fd, text, strlen(text)) != (ssize_t)strlen(text))
        perror("write");
}

static void take(int fd, size_t most) {
    char text[64];
    ssize_t bytes = read(fd, text, most);
    if (bytes < 0)
        perror("read");
    else
        printf("%zd: %.*s\n", bytes, (int)bytes, text);
}

int main(void) {
    static char large[10000], piece[10000];
    int ends[2];
    if (pipe2(ends, O_DIRECT | O_NONBLOCK) < 0)
        return 1;
    put(ends[1], "one");
    put(ends[1], "two");
    take(ends[0], 64);
    take(ends[0], 64);
    put(ends[1], "too long for the reader");
    put(ends[1], "next");
    take(ends[0], 8);
    take(ends[0], 64);

    memset(large, 'x', sizeof large);
    printf("written %zd\n", write(ends[1], large, sizeof large));
    for (ssize_t bytes; (bytes = read(ends[0], piece, sizeof piece)) > 0;)
        printf("a packet of %zd\n", bytes);

    /* The mode can be changed: what follows is a stream again. */
    fcntl(ends[1], F_SETFL, O_NONBLOCK);
    put(ends[1], "a ");
    put(ends[1], "stream");
    take(ends[0], 64);
    int packets = 0;
    fcntl(ends[1], F_SETFL, O_NONBLOCK | O_DIRECT);
    while (write(ends[1], "x", 1) == 1)
        packets++;
    printf("%d packets fill the pipe\n", packets);
    return 0;
}
