// Two processes count their visits in shared memory: read the number, think, write the number plus one.
#include <semaphore.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

struct board {
    int visits;
    sem_t lock;
};

static void visit(struct board *board, int locks, useconds_t think) {
    if (locks) sem_wait(&board->lock);
    int seen = board->visits;
    usleep(think);
    board->visits = seen + 1;
    if (locks) sem_post(&board->lock);
}

int main(int argc, char *argv[]) {
    int locks = argc > 1;
    struct board *board = mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    (void)argv;
    sem_init(&board->lock, 1, 1);
    if (fork() == 0) {
        visit(board, locks, 300000);
        return 0;
    }
    if (fork() == 0) {
        usleep(100000);
        visit(board, locks, 50000);
        return 0;
    }
    wait(NULL);
    wait(NULL);
    printf("%d\n", board->visits);
    return 0;
}
