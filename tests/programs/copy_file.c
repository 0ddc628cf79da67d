/* The same copy with buffers of several sizes: the result is the same, the number of calls is not. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const source = "/tmp/copy_file.in", *const target = "/tmp/copy_file.out";

static unsigned long checksum(const char *name) {
    unsigned char byte;
    unsigned long sum = 5381;
    int fd = open(name, O_RDONLY);
    while (read(fd, &byte, 1) == 1) sum = sum * 33 + byte;
    close(fd);
    return sum;
}

static long copy(size_t size) {
    char *buffer = malloc(size);
    int in = open(source, O_RDONLY), out = open(target, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    long calls = 0;
    ssize_t got;
    while ((got = read(in, buffer, size)) > 0) {
        calls++;
        if (write(out, buffer, (size_t)got) != got) exit(1);
    }
    close(in);
    close(out);
    free(buffer);
    return calls;
}

int main(void) {
    static const size_t sizes[] = {1, 7, 512, 4096, 100000};
    FILE *file = fopen(source, "w");
    if (!file) return 1;
    for (int i = 0; i < 500; i++) fprintf(file, "%d\n", i * i);
    fclose(file);
    unsigned long expected = checksum(source);
    for (int i = 0; i < 5; i++) {
        long calls = copy(sizes[i]);
        printf("buffer of %zu: %ld reads, %s\n", sizes[i], calls, checksum(target) == expected ? "the same" : "BAD");
    }
    unlink(source);
    unlink(target);
    return 0;
}
