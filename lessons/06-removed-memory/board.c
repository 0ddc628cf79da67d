/* A board that both can write on; the child takes it away while the parent still looks at it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

static void die(const char *what) {
    perror(what);
    exit(1);
}

int main(void) {
    int segment = shmget(IPC_PRIVATE, 100, 0600);
    if (segment == -1)
        die("shmget");
    char *board = shmat(segment, NULL, 0);
    if (board == (void *)-1)
        die("shmat");
    strcpy(board, "nothing yet");
    char local[20] = "nothing yet";

    pid_t child = fork();
    if (child == -1)
        die("fork");
    if (child == 0) {
        strcpy(board, "the child was here");
        strcpy(local, "the child was here");
        if (shmctl(segment, IPC_RMID, NULL) == -1)
            die("shmctl");
        return 0;
    }
    wait(NULL);
    printf("board: %s\n", board);
    printf("local: %s\n", local);
    if (shmdt(board) == -1)
        die("shmdt");
    if (shmat(segment, NULL, 0) == (void *)-1)
        perror("shmat");
    printf("board: %c\n", *board);
    return 0;
}
