/* A file in memory: a shared mapping changes it, and several processes see the same bytes. */
#define _DEFAULT_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    const char *name = "/tmp/file_mapping.file";
    char text[32];
    int fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (fd < 0 || write(fd, "the quick brown fox", 19) != 19) return 1;
    char *shared = mmap(NULL, 19, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (shared == MAP_FAILED) return 1;
    close(fd);
    memcpy(shared + 4, "QUICK", 5);
    if (fork() == 0) {
        memcpy(shared + 10, "BROWN", 5);
        _exit(0);
    }
    wait(NULL);
    printf("shared  %.19s\n", shared);
    munmap(shared, 19);
    fd = open(name, O_RDONLY);
    ssize_t got = read(fd, text, sizeof text);
    printf("file    %.*s\n", (int)got, text);
    close(fd);
    unlink(name);
    return 0;
}
