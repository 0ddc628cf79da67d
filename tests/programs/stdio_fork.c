/* Text that still sits in the stdio buffer is copied by fork() with the rest of the memory, and comes out
 * twice. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    const char direct[] = "write() has no buffer\n";
    printf("printf() has one\n");
    if (write(STDOUT_FILENO, direct, sizeof direct - 1) < 0) return 1;
    pid_t pid = fork();
    if (pid == 0) exit(0); /* exit() writes the buffer out; _exit() would not */
    wait(NULL);
    pid = fork();
    if (pid == 0) _exit(0);
    wait(NULL);
    printf("the parent is last\n");
    return 0;
}
