// P processes that add 1 to a shared counter N times each, without a lock.
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#ifndef P
#define P 2
#endif
#ifndef N
#define N 2
#endif
int main(void) {
    int *counter = mmap(NULL, sizeof *counter, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    for (int p = 0; p < P; p++)
        if (fork() == 0) {
            for (int i = 0; i < N; i++) {
                int seen = *counter;
                *counter = seen + 1;
            }
            _exit(0);
        }
    for (int p = 0; p < P; p++) wait(NULL);
    printf("%d", *counter);
    return 0;
}
