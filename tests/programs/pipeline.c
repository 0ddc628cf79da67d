/* generate | keep | count, by hand: three processes, two pipes, and every descriptor closed that is not
 * needed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int generate(void) {
    for (int i = 1; i <= 100; i++) {
        printf("%d %s\n", i, i % 15 == 0 ? "fizzbuzz" : i % 5 == 0 ? "buzz" : i % 3 == 0 ? "fizz" : "-");
    }
    return 0;
}

static int keep(void) {
    char line[80];
    while (fgets(line, sizeof line, stdin) != NULL) {
        if (strstr(line, "buzz") != NULL) fputs(line, stdout);
    }
    return 0;
}

static int count(void) {
    int lines = 0, c;
    while ((c = getchar()) != EOF) lines += c == '\n';
    printf("%d lines\n", lines);
    return lines;
}

int main(void) {
    int (*stages[])(void) = {generate, keep, count};
    int input = STDIN_FILENO, stages_count = sizeof stages / sizeof stages[0];
    pid_t last = 0;
    for (int i = 0; i < stages_count; i++) {
        int ends[2] = {-1, STDOUT_FILENO};
        if (i < stages_count - 1 && pipe(ends) < 0) {
            perror("pipe");
            exit(1);
        }
        last = fork();
        if (last == 0) {
            if (input != STDIN_FILENO) {
                dup2(input, STDIN_FILENO);
                close(input);
            }
            if (ends[1] != STDOUT_FILENO) {
                close(ends[0]);
                dup2(ends[1], STDOUT_FILENO);
                close(ends[1]);
            }
            exit(stages[i]());
        }
        if (input != STDIN_FILENO) close(input);
        if (ends[1] != STDOUT_FILENO) close(ends[1]);
        input = ends[0];
    }
    int status, result = 0;
    for (pid_t pid; (pid = wait(&status)) > 0;) {
        if (pid == last) result = WEXITSTATUS(status);
    }
    printf("the last stage ended with %d\n", result);
    return 0;
}
