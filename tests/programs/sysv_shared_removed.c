/* IPC_RMID only marks a shared memory segment: it goes when the last process lets go of it. */
#include <errno.h>
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

static void show(int segment, const char *when) {
    struct shmid_ds status;
    if (shmctl(segment, IPC_STAT, &status) == -1)
        printf("%s: %s\n", when, strerror(errno));
    else
        printf("%s: %lu attached, %zu bytes, mode %o\n", when, (unsigned long)status.shm_nattch,
               (size_t)status.shm_segsz, (unsigned)status.shm_perm.mode);
    fflush(stdout);
}

int main(void) {
    int segment = shmget(IPC_PRIVATE, 5000, 0640);
    if (segment == -1) die("shmget");
    show(segment, "new");
    char *memory = shmat(segment, NULL, 0);
    if (memory == (void *)-1) die("shmat");
    strcpy(memory, "written by the parent");
    pid_t child = fork();
    if (child == -1) die("fork");
    if (child == 0) {
        show(segment, "in the child");
        if (shmctl(segment, IPC_RMID, NULL) == -1) die("shmctl");
        show(segment, "removed");
        strcpy(memory, "written by the child");
        return 0;
    }
    waitpid(child, NULL, 0);
    show(segment, "the child has gone");
    printf("%s\n", memory);
    if (shmdt(memory) == -1) die("shmdt");
    show(segment, "detached");
    printf("shmdt again: %d, %s\n", shmdt(memory), strerror(errno));
    return 0;
}
