/* One call, two returns: parent and child go on from the same fork() with copies of the same variables. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static int global = 6;

int main(void) {
    int local = 88;
    pid_t pid = fork();
    if (pid < 0) {
        perror("fork");
        exit(1);
    }
    if (pid == 0) {
        global++;
        local++;
        printf("child:  global = %d, local = %d, my parent is %s\n", global, local,
               getppid() > 0 ? "alive" : "gone");
        exit(0);
    }
    if (waitpid(pid, NULL, 0) != pid) perror("waitpid");
    printf("parent: global = %d, local = %d\n", global, local);
    return 0;
}
