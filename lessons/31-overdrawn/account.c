// Two processes take money out of an account, if there is enough.
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static void withdraw(int *balance, int money) {
    if (*balance >= money) {
        *balance -= money;
    }
}

int main(void) {
    int *balance = mmap(NULL, sizeof *balance, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    *balance = 100;
    if (fork() == 0) {
        withdraw(balance, 70);
        _exit(0);
    }
    withdraw(balance, 50);
    wait(NULL);
    if (*balance < 0) abort();
    return 0;
}
