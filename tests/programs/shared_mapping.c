/* Anonymous shared memory: what a child writes into the mapping its parent sees; a private one is a copy. */
#define _DEFAULT_SOURCE
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    int *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int *own = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED || own == MAP_FAILED) return 1;
    printf("fresh: %d %d\n", shared[0], own[100]);
    shared[0] = own[0] = 1;
    for (int i = 0; i < 5; i++) {
        if (fork() == 0) {
            shared[0] *= 2;
            own[0] *= 2;
            shared[i + 1] = i * i;
            _exit(0);
        }
        wait(NULL);
    }
    printf("shared %d, private %d\n", shared[0], own[0]);
    for (int i = 1; i <= 5; i++) printf("%d%s", shared[i], i < 5 ? " " : "\n");
    printf("unmapped: %d %d\n", munmap(shared, 4096), munmap(own, 4096));
    return 0;
}
