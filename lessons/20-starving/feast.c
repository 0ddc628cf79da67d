// Two processes that only compute: one is nice, one is not.
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void compute(const char *name) {
    volatile unsigned long sum = 0;
    for (unsigned long i = 0; i < 2000000; i++) sum += i;
    write(1, name, strlen(name));
}

int main(void) {
    if (fork() == 0) {
        nice(10);
        compute("nice\n");
        return 0;
    }
    if (fork() == 0) {
        usleep(1000);
        compute("greedy\n");
        return 0;
    }
    wait(NULL);
    wait(NULL);
    return 0;
}
