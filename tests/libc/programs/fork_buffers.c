// What is unflushed at fork() is printed by both processes; _exit() does not flush.
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

static void goodbye(void) {
    printf("goodbye from %s\n", getenv("WHO"));
}

int main(void) {
    setenv("WHO", "parent", 1);
    atexit(goodbye);
    printf("before the fork\n");
    pid_t pid = fork();
    if (pid == 0) {
        putenv("WHO=child");
        printf("in the child\n");
        exit(3);
    }
    int status;
    if (waitpid(pid, &status, 0) != pid) perror("waitpid");
    printf("status %d %d %d\n", WIFEXITED(status), WEXITSTATUS(status), WIFSIGNALED(status));
    fflush(stdout);
    pid = fork();
    if (pid == 0) {
        printf("never seen");
        _exit(4);
    }
    wait(&status);
    printf("status %d\n", WEXITSTATUS(status));
    fflush(stdout);
    if (fork() == 0) {
        execlp("echo", "echo", "from", "exec", (char*)NULL);
        _exit(127);
    }
    wait(&status);
    if (fork() == 0) {
        char* arguments[] = {"sh", "-c", "echo $0 $1 $WHO; exit 9", "x", "y", NULL};
        execv("/bin/sh", arguments);
    }
    wait(&status);
    printf("status %d\n", WEXITSTATUS(status));
    if (fork() == 0) {
        execl("/nonexistent/program", "program", NULL);
        perror("execl");
        _exit(1);
    }
    wait(&status);
    fflush(stdout);
    if (fork() == 0) abort();
    wait(&status);
    printf("killed %d by %d\n", WIFSIGNALED(status), WTERMSIG(status));
    return 7;
}
