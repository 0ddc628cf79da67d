/* A process dies in its critical section: without SEM_UNDO the lock is lost, with it the kernel gives it back. */
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

static void try_with(int set, short flags) {
    fflush(stdout); /* the child must not have it too */
    union semun one = {.val = 1};
    if (semctl(set, 0, SETVAL, one) == -1) die("semctl");
    pid_t child = fork();
    if (child == -1) die("fork");
    if (child == 0) {
        struct sembuf lock = {.sem_num = 0, .sem_op = -1, .sem_flg = flags};
        if (semop(set, &lock, 1) == -1) die("semop");
        abort(); /* it never unlocks */
    }
    int status;
    waitpid(child, &status, 0);
    printf("%s: killed by %d, value %d, last %s\n", flags ? "SEM_UNDO" : "plain", WTERMSIG(status),
           semctl(set, 0, GETVAL), semctl(set, 0, GETPID) == child ? "the child" : "somebody else");
}

int main(void) {
    int set = semget(IPC_PRIVATE, 1, 0600);
    if (set == -1) die("semget");
    try_with(set, 0);
    try_with(set, SEM_UNDO);
    semctl(set, 0, IPC_RMID);
    return 0;
}
