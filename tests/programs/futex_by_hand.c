// A mutex by hand, over futex(2): 0 free, 1 taken, 2 taken and somebody may sleep (Drepper, "Futexes Are Tricky").
#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static atomic_uint word;
static int counter;

static long futex(atomic_uint *address, int operation, unsigned int value, struct timespec *limit) {
    return syscall(SYS_futex, address, operation, value, limit, NULL, 0);
}

static void lock(void) {
    unsigned int seen = 0;
    if (atomic_compare_exchange_strong(&word, &seen, 1)) return;
    // An exchange that finds 0 has taken the lock: there must be no second one after it.
    while (atomic_exchange(&word, 2) != 0) futex(&word, FUTEX_WAIT_PRIVATE, 2, NULL);
}

static void unlock(void) {
    if (atomic_exchange(&word, 0) == 2) futex(&word, FUTEX_WAKE_PRIVATE, 1, NULL);
}

static void *work(void *argument) {
    for (int i = 0; i < 500; i++) {
        lock();
        counter++;
        unlock();
    }
    return argument;
}

int main(void) {
    pthread_t threads[3];
    struct timespec limit = {0, 1000000};
    for (int i = 0; i < 3; i++) pthread_create(&threads[i], NULL, work, NULL);
    for (int i = 0; i < 3; i++) pthread_join(threads[i], NULL);
    printf("counter %d\n", counter);
    long result = futex(&word, FUTEX_WAIT, 7, NULL);
    printf("another value: %ld %s\n", result, strerror(errno));
    result = futex(&word, FUTEX_WAIT, 0, &limit);
    printf("nobody wakes: %ld %s\n", result, strerror(errno));
    printf("nobody sleeps: %ld\n", futex(&word, FUTEX_WAKE, 5, NULL));
    result = syscall(SYS_futex, (char *)&word + 1, FUTEX_WAKE, 1, NULL, NULL, 0);
    printf("misaligned: %ld %s\n", result, strerror(errno));
    return 0;
}
