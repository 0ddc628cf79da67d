/* How the shell does ">": open a file, dup2() it over descriptor 1, go on printing; and how to come back. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define PATH "/tmp/redirect.out"

int main(void) {
    printf("to the old output\n");
    fflush(stdout);

    int saved = dup(STDOUT_FILENO);
    int file = open(PATH, O_RDWR | O_CREAT | O_TRUNC, 0644);
    if (saved < 0 || file < 0 || dup2(file, STDOUT_FILENO) < 0) {
        perror("redirect");
        exit(EXIT_FAILURE);
    }
    close(file);
    printf("into the file, one\n");
    printf("into the file, two\n");
    fflush(stdout);
    dup2(saved, STDOUT_FILENO);
    close(saved);

    printf("to the old output again; the file has:\n");
    FILE *stream = fopen(PATH, "r");
    if (stream == NULL) {
        perror(PATH);
        exit(EXIT_FAILURE);
    }
    char line[80];
    while (fgets(line, sizeof line, stream) != NULL) printf("| %s", line);
    fclose(stream);
    unlink(PATH);
    return 0;
}
