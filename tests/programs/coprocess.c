/* A filter as a coprocess: the parent sends it lines and reads the answers, over two pipes. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void filter(void) {
    char line[128];
    int a, b;
    while (fgets(line, sizeof line, stdin)) {
        if (sscanf(line, "%d %d", &a, &b) == 2)
            printf("%d\n", a + b);
        else
            printf("invalid: %s", line);
        fflush(stdout); /* without this both would wait for each other: the pipe is fully buffered */
    }
    exit(0);
}

int main(void) {
    static const char *const lines[] = {"1 2\n", "30 -7\n", "two and two\n", "100000 1\n"};
    int to[2], from[2], status;
    char answer[128];
    if (pipe(to) < 0 || pipe(from) < 0) return 1;
    pid_t child = fork();
    if (child == 0) {
        dup2(to[0], STDIN_FILENO);
        dup2(from[1], STDOUT_FILENO);
        close(to[0]), close(to[1]), close(from[0]), close(from[1]);
        filter();
    }
    close(to[0]);
    close(from[1]);
    for (int i = 0; i < 4; i++) {
        size_t length = strlen(lines[i]);
        if (write(to[1], lines[i], length) != (ssize_t)length) return 1;
        ssize_t got = read(from[0], answer, sizeof answer - 1);
        if (got <= 0) return 1;
        answer[got] = '\0';
        printf("%.*s -> %s", (int)length - 1, lines[i], answer);
    }
    close(to[1]);
    waitpid(child, &status, 0);
    printf("the filter ended with %d\n", WEXITSTATUS(status));
    return 0;
}
