/* A stream is given another file: freopen() for reading, dup2() for the standard output and back. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int main(void) {
    const char *name = "/tmp/freopen_output.txt";
    char line[80];
    printf("on the old standard output\n");
    fflush(stdout);
    int saved = dup(STDOUT_FILENO), file = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(file, STDOUT_FILENO);
    close(file);
    printf("into the file: %d\n", 12);
    puts("a second line");
    fflush(stdout);
    dup2(saved, STDOUT_FILENO);
    close(saved);
    printf("and back\n");
    if (!freopen(name, "r", stdin)) return 1;
    while (fgets(line, sizeof line, stdin)) printf("> %s", line);
    printf("the stream has descriptor %d\n", fileno(stdin));
    unlink(name);
    return 0;
}
