/* What a shell does for "sort < input > output": the descriptors are set up between fork() and exec(). */
#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    const char *input = "/tmp/redirect_exec.in", *output = "/tmp/redirect_exec.out";
    FILE *file = fopen(input, "w");
    if (!file) return 1;
    fputs("delta\nalpha\ncharlie\nbravo\n", file);
    fclose(file);
    pid_t child = fork();
    if (child == 0) {
        close(STDIN_FILENO);
        if (open(input, O_RDONLY) != STDIN_FILENO) _exit(1);
        close(STDOUT_FILENO);
        if (open(output, O_WRONLY | O_CREAT | O_TRUNC, 0644) != STDOUT_FILENO) _exit(1);
        execlp("sort", "sort", (char *)NULL);
        _exit(127);
    }
    int status;
    waitpid(child, &status, 0);
    printf("sort ended with %d\n", WEXITSTATUS(status));
    char line[32];
    file = fopen(output, "r");
    if (!file) return 1;
    while (fgets(line, sizeof line, file)) printf("  %s", line);
    fclose(file);
    unlink(input);
    unlink(output);
    return 0;
}
