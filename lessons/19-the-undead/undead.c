// A child that has ended, and whose parent does not care.
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    int status;
    pid_t child = fork();

    if (child == 0) _exit(7);
    usleep(200000);
    kill(child, 9);
    usleep(200000);
    waitpid(child, &status, 0);
    printf("%d\n", WEXITSTATUS(status));
    return 0;
}
