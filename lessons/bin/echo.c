// echo [-n] [WORD]...: print the words with a space between them. -n leaves the newline out.
#include <errno.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char *argv[]) {
    int first = 1, newline = 1;
    while (first < argc && strcmp(argv[first], "-n") == 0) {
        newline = 0;
        first++;
    }
    if (first < argc && (strcmp(argv[first], "-e") == 0 || strcmp(argv[first], "-E") == 0)) {
        fprintf(stderr, "echo: %s is not supported\n", argv[first]);
        return 1;
    }
    for (int i = first; i < argc; i++) {
        if (i > first) putchar(' ');
        fputs(argv[i], stdout);
    }
    if (newline) putchar('\n');
    if (fflush(stdout) == EOF) {
        fprintf(stderr, "echo: write error: %s\n", strerror(errno));
        return 1;
    }
    return 0;
}
