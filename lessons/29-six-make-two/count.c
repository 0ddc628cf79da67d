// Two processes add one to the same number, three times each.
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static void add_three(int *number) {
    for (int i = 0; i < 3; i++) {
        int seen = *number;
        *number = seen + 1;
    }
}

int main(void) {
    int *number = mmap(NULL, sizeof *number, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (fork() == 0) {
        add_three(number);
        _exit(0);
    }
    add_three(number);
    wait(NULL);
    printf("%d\n", *number);
    return 0;
}
