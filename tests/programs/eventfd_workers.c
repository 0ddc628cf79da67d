/* A counting semaphore that is a descriptor: workers take tokens, the parent hands them out; and a writer that has to
   wait because the counter is full. */
#include <stdint.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORKERS 3
#define JOBS 5

int main(void) {
    int tokens = eventfd(0, EFD_SEMAPHORE), done = eventfd(0, 0);
    if (tokens < 0 || done < 0) return 1;
    for (int i = 0; i < WORKERS; i++)
        if (fork() == 0) {
            int jobs = 0;
            for (; jobs < JOBS; jobs++) {
                uint64_t one, finished = 1;
                if (read(tokens, &one, sizeof one) != sizeof one || one != 1) _exit(100);
                if (write(done, &finished, sizeof finished) != sizeof finished) _exit(101);
            }
            _exit(jobs);
        }
    eventfd_write(tokens, WORKERS * JOBS);
    uint64_t finished = 0;
    while (finished < WORKERS * JOBS) {
        eventfd_t more;
        if (eventfd_read(done, &more) < 0) return 1;
        finished += more;
    }
    int status, jobs = 0;
    while (wait(&status) > 0) jobs += WEXITSTATUS(status);
    printf("%d jobs, %llu counted\n", jobs, (unsigned long long)finished);

    int full = eventfd(0, 0), turn[2];
    if (pipe(turn) < 0) return 1;
    eventfd_write(full, UINT64_MAX - 1);
    if (fork() == 0) {
        char byte = 'x';
        eventfd_write(full, 5); /* blocks until the parent has read */
        if (write(turn[1], &byte, 1) != 1) _exit(1);
        _exit(0);
    }
    eventfd_t first = 0, second = 0;
    char byte;
    eventfd_read(full, &first);
    if (read(turn[0], &byte, 1) != 1) return 1;
    eventfd_read(full, &second);
    wait(NULL);
    printf("%llx %llu\n", (unsigned long long)first, (unsigned long long)second);
    return 0;
}
