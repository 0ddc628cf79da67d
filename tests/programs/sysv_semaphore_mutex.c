/* Three processes add to one number in shared memory; a semaphore keeps them apart. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PROCESSES = 3, ROUNDS = 200 };

union semun {
    int val;
    struct semid_ds *buf;
    unsigned short *array;
};

static void die(const char *what) {
    perror(what);
    exit(1);
}

static void change(int set, short by) {
    struct sembuf operation = {.sem_num = 0, .sem_op = by, .sem_flg = SEM_UNDO};
    if (semop(set, &operation, 1) == -1) die("semop");
}

int main(void) {
    int segment = shmget(IPC_PRIVATE, sizeof(long), 0600), set = semget(IPC_PRIVATE, 1, 0600);
    if (segment == -1 || set == -1) die("get");
    union semun one = {.val = 1};
    if (semctl(set, 0, SETVAL, one) == -1) die("semctl");
    volatile long *number = shmat(segment, NULL, 0);
    if (number == (void *)-1) die("shmat");
    for (int i = 0; i < PROCESSES; i++) {
        pid_t child = fork();
        if (child == -1) die("fork");
        if (child > 0) continue;
        for (int k = 0; k < ROUNDS; k++) {
            change(set, -1);
            long seen = *number;
            if (k % 50 == 0) usleep(100);
            *number = seen + 1;
            change(set, 1);
        }
        return 0;
    }
    while (wait(NULL) > 0)
        ;
    printf("%ld\n", *number);
    printf("value %d\n", semctl(set, 0, GETVAL));
    shmdt((const void *)number);
    shmctl(segment, IPC_RMID, NULL);
    semctl(set, 0, IPC_RMID);
    return 0;
}
