/* A process takes a lock and dies with it. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/sem.h>
#include <sys/wait.h>
#include <unistd.h>

union semun {
    int val;
    struct semid_ds *buf;
    unsigned short *array;
};

static void die(const char *what) {
    perror(what);
    exit(1);
}

static void change(int lock, short by, short flags) {
    struct sembuf operation = {.sem_num = 0, .sem_op = by, .sem_flg = flags};
    if (semop(lock, &operation, 1) == -1)
        die("semop");
}

int main(int argc, char *argv[]) {
    short flags = argc > 1 ? SEM_UNDO : 0;
    (void)argv;
    int lock = semget(IPC_PRIVATE, 1, 0600);
    if (lock == -1)
        die("semget");
    union semun one = {.val = 1};
    if (semctl(lock, 0, SETVAL, one) == -1)
        die("semctl");

    pid_t child = fork();
    if (child == -1)
        die("fork");
    if (child == 0) {
        change(lock, -1, flags);
        abort(); /* a bug, in the middle of the critical section */
    }
    wait(NULL);
    alarm(5); /* we do not wait for ever */
    change(lock, -1, flags);
    printf("got the lock\n");
    if (semctl(lock, 0, IPC_RMID) == -1)
        die("semctl");
    return 0;
}
