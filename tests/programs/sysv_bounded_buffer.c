/* The bounded buffer: two producers, one consumer, a ring of four places in shared memory, three semaphores. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PLACES = 4, PRODUCERS = 2, ITEMS = 25 };
enum { MUTEX, EMPTY, FULL, SEMAPHORES };

union semun {
    int val;
    struct semid_ds *buf;
    unsigned short *array;
};

struct ring {
    int items[PLACES];
    int in, out;
};

static int set;

static void die(const char *what) {
    perror(what);
    exit(1);
}

static void change(unsigned short which, short by) {
    struct sembuf operation = {which, by, 0};
    if (semop(set, &operation, 1) == -1) die("semop");
}

static void put(struct ring *ring, int item) {
    change(EMPTY, -1);
    change(MUTEX, -1);
    ring->items[ring->in] = item;
    ring->in = (ring->in + 1) % PLACES;
    change(MUTEX, 1);
    change(FULL, 1);
}

static int get(struct ring *ring) {
    change(FULL, -1);
    change(MUTEX, -1);
    int item = ring->items[ring->out];
    ring->out = (ring->out + 1) % PLACES;
    change(MUTEX, 1);
    change(EMPTY, 1);
    return item;
}

int main(void) {
    int segment = shmget(IPC_PRIVATE, sizeof(struct ring), 0600);
    set = semget(IPC_PRIVATE, SEMAPHORES, 0600);
    if (segment == -1 || set == -1) die("get");
    struct ring *ring = shmat(segment, NULL, 0);
    if (ring == (void *)-1) die("shmat");
    unsigned short values[SEMAPHORES] = {1, PLACES, 0};
    union semun all = {.array = values};
    if (semctl(set, 0, SETALL, all) == -1) die("semctl");
    for (int producer = 0; producer < PRODUCERS; producer++) {
        pid_t child = fork();
        if (child == -1) die("fork");
        if (child > 0) continue;
        for (int i = 0; i < ITEMS; i++) put(ring, producer * 1000 + i);
        return 0;
    }
    int sum = 0, in_order = 1, last[PRODUCERS] = {-1, -1};
    for (int i = 0; i < PRODUCERS * ITEMS; i++) {
        int item = get(ring);
        in_order &= item % 1000 == last[item / 1000] + 1;
        last[item / 1000] = item % 1000;
        sum += item;
    }
    while (wait(NULL) > 0)
        ;
    if (semctl(set, 0, GETALL, all) == -1) die("semctl");
    printf("sum %d, %s, semaphores %d %d %d\n", sum, in_order ? "in order" : "out of order", values[MUTEX],
           values[EMPTY], values[FULL]);
    shmdt(ring);
    shmctl(segment, IPC_RMID, NULL);
    semctl(set, 0, IPC_RMID);
    return 0;
}
