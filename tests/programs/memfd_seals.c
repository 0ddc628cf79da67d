/* memfd_create(): memory with a descriptor, shared with a child, and sealed so that nobody can change it any more. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void show(const char *what, int result) {
    printf("%s: %s\n", what, result < 0 ? strerror(errno) : "done");
}

int main(void) {
    int memory = memfd_create("board", MFD_ALLOW_SEALING | MFD_CLOEXEC);
    if (memory < 0 || ftruncate(memory, 4096) < 0)
        return 1;
    char *board = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
    if (board == MAP_FAILED)
        return 1;
    if (fork() == 0) {
        strcpy(board, "written by the child");
        _exit(0);
    }
    wait(NULL);
    char text[32] = "";
    if (pread(memory, text, sizeof text - 1, 0) < 0)
        return 1;
    printf("read: %s\n", text);
    if (pwrite(memory, "through the file", 17, 0) != 17)
        return 1;
    printf("mapped: %s\n", board);
    struct stat status;
    fstat(memory, &status);
    printf("%lld bytes, %d names\n", (long long)status.st_size, (int)status.st_nlink);

    printf("seals %d\n", fcntl(memory, F_GET_SEALS));
    show("seal the size", fcntl(memory, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW));
    show("shrink", ftruncate(memory, 100));
    show("grow", ftruncate(memory, 10000));
    show("the same size", ftruncate(memory, 4096));
    show("seal writing, while it is mapped", fcntl(memory, F_ADD_SEALS, F_SEAL_WRITE));
    show("msync", msync(board, 4096, MS_SYNC));
    munmap(board, 4096);
    show("msync of nothing", msync(board, 4096, MS_SYNC));
    show("seal writing", fcntl(memory, F_ADD_SEALS, F_SEAL_WRITE));
    show("write", (int)write(memory, "x", 1));
    show("map for writing", mmap(NULL, 4096, PROT_WRITE, MAP_SHARED, memory, 0) == MAP_FAILED ? -1 : 0);
    show("map for reading", mmap(NULL, 4096, PROT_READ, MAP_SHARED, memory, 0) == MAP_FAILED ? -1 : 0);
    show("seal the seals", fcntl(memory, F_ADD_SEALS, F_SEAL_SEAL));
    show("one more", fcntl(memory, F_ADD_SEALS, F_SEAL_GROW));
    printf("seals %d\n", fcntl(memory, F_GET_SEALS));
    int plain = memfd_create("plain", 0);
    printf("without MFD_ALLOW_SEALING: seals %d\n", fcntl(plain, F_GET_SEALS));
    show("seal it", fcntl(plain, F_ADD_SEALS, F_SEAL_WRITE));
    show("unknown flags", memfd_create("wrong", 0x1000));
    return 0;
}
