/* A starting gate: the runners wait for the value 0, and all go at once. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/sem.h>
#include <sys/wait.h>
#include <unistd.h>

enum { RUNNERS = 4 };

union semun {
    int val;
    struct semid_ds *buf;
    unsigned short *array;
};

static void die(const char *what) {
    perror(what);
    exit(1);
}

int main(void) {
    enum { GATE, READY };
    int set = semget(IPC_PRIVATE, 2, 0600);
    if (set == -1) die("semget");
    unsigned short start[2] = {1, 0};
    union semun all = {.array = start};
    if (semctl(set, 0, SETALL, all) == -1) die("semctl");
    for (int i = 0; i < RUNNERS; i++) {
        pid_t child = fork();
        if (child == -1) die("fork");
        if (child > 0) continue;
        struct sembuf ready = {READY, 1, 0}, gate = {GATE, 0, 0};
        if (semop(set, &ready, 1) == -1 || semop(set, &gate, 1) == -1) die("semop");
        return i;
    }
    struct sembuf all_ready = {READY, -RUNNERS, 0}, open_gate = {GATE, -1, 0};
    if (semop(set, &all_ready, 1) == -1) die("semop");
    printf("all are ready, the gate is at %d\n", semctl(set, GATE, GETVAL));
    if (semop(set, &open_gate, 1) == -1) die("semop");
    int sum = 0, status;
    while (wait(&status) > 0) sum += WEXITSTATUS(status);
    printf("all have run: %d\n", sum);
    semctl(set, 0, IPC_RMID);
    return 0;
}
