/* POSIX shared memory: a name, a size, a mapping that the child inherits, and memory that outlives its name. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

struct board {
    int count;
    char text[100];
};

static void die(const char *what) {
    perror(what);
    exit(1);
}

int main(void) {
    char name[40];
    snprintf(name, sizeof name, "/ipclab-test-%ld", (long)getpid());
    int fd = shm_open(name, O_CREAT | O_EXCL | O_RDWR, 0600);
    if (fd == -1) die("shm_open");
    if (shm_open(name, O_CREAT | O_EXCL | O_RDWR, 0600) == -1) printf("again: %s\n", strerror(errno));
    struct stat status;
    if (fstat(fd, &status) == -1) die("fstat");
    printf("new: %ld bytes\n", (long)status.st_size);
    if (ftruncate(fd, sizeof(struct board)) == -1) die("ftruncate");
    struct board *board = mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (board == MAP_FAILED) die("mmap");
    close(fd);
    if (shm_unlink(name) == -1) die("shm_unlink");
    if (shm_open(name, O_RDWR, 0) == -1) printf("unlinked: %s\n", strerror(errno));
    fflush(stdout);

    pid_t child = fork();
    if (child == -1) die("fork");
    if (child == 0) {
        board->count = 42;
        strcpy(board->text, "written by the child");
        return 0;
    }
    wait(NULL);
    printf("%d, %s\n", board->count, board->text);
    return munmap(board, sizeof *board) == -1;
}
