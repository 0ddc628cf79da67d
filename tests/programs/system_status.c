/* system(): a shell runs the line; the result is the shell's wait status. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

static void run(const char *line) {
    fflush(stdout);
    int status = system(line);
    if (WIFEXITED(status)) printf("[%s] exited with %d\n", line, WEXITSTATUS(status));
    if (WIFSIGNALED(status)) printf("[%s] was killed by %d\n", line, WTERMSIG(status));
}

int main(void) {
    printf("there is a shell: %s\n", system(NULL) ? "yes" : "no");
    run("true");
    run("false");
    run("exit 44");
    run("echo hello");
    run("echo one two three | wc -w");
    run("echo a > /tmp/system_status.txt; cat /tmp/system_status.txt");
    run("kill -9 $$");
    remove("/tmp/system_status.txt");
    return 0;
}
