/* Dining philosophers without a deadlock: semop(2) takes both forks or none. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/sem.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SEATS = 5, MEALS = 3 };

union semun {
    int val;
    struct semid_ds *buf;
    unsigned short *array;
};

static void die(const char *what) {
    perror(what);
    exit(1);
}

static void forks(int set, int seat, short by) {
    struct sembuf both[2] = {{(unsigned short)seat, by, 0}, {(unsigned short)((seat + 1) % SEATS), by, 0}};
    if (semop(set, both, 2) == -1) die("semop");
}

int main(void) {
    int set = semget(IPC_PRIVATE, SEATS, 0600);
    if (set == -1) die("semget");
    unsigned short ones[SEATS] = {1, 1, 1, 1, 1};
    union semun all = {.array = ones};
    if (semctl(set, 0, SETALL, all) == -1) die("semctl");
    for (int seat = 0; seat < SEATS; seat++) {
        pid_t child = fork();
        if (child == -1) die("fork");
        if (child > 0) continue;
        for (int meal = 0; meal < MEALS; meal++) {
            forks(set, seat, -1);
            usleep(1000);
            forks(set, seat, 1);
        }
        return MEALS;
    }
    int meals = 0, status;
    while (wait(&status) > 0) meals += WEXITSTATUS(status);
    if (semctl(set, 0, GETALL, all) == -1) die("semctl");
    printf("%d meals, forks:", meals);
    for (int i = 0; i < SEATS; i++) printf(" %d", ones[i]);
    printf("\n");
    semctl(set, 0, IPC_RMID);
    return 0;
}
