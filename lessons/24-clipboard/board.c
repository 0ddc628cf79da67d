/* board copy TEXT, board paste, board clear: the clipboard of the textbooks, a piece of memory that everybody
   may write on. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { BOARD_BYTES = 200 };

static int fail(const char *what) {
    perror(what);
    return 1;
}

int main(int argc, char *argv[]) {
    int is_copy = argc == 3 && strcmp(argv[1], "copy") == 0;
    int is_paste = argc == 2 && strcmp(argv[1], "paste") == 0;
    if (argc == 2 && strcmp(argv[1], "clear") == 0)
        return shm_unlink("/board") == -1 ? fail("shm_unlink") : 0;
    if (!is_copy && !is_paste) {
        fprintf(stderr, "usage: board copy TEXT, board paste, board clear\n");
        return 2;
    }
    int fd = shm_open("/board", O_RDWR | O_CREAT, 0600);
    if (fd == -1)
        return fail("shm_open");
    if (ftruncate(fd, BOARD_BYTES) == -1)
        return fail("ftruncate");
    char *board = mmap(NULL, BOARD_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (board == MAP_FAILED)
        return fail("mmap");
    if (is_copy)
        snprintf(board, BOARD_BYTES, "%s", argv[2]);
    else
        printf("%.*s\n", BOARD_BYTES, board);
    return 0;
}
