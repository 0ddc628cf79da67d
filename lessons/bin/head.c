// head [-n COUNT | -COUNT] [FILE]...: print the first lines (10) of each file.
//
// stdio reads a whole buffer at a time, so head takes more from a pipe than it prints: what it read and did
// not print is lost for whoever reads the pipe next.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static long line_count(const char *text) {
    char *end;
    long count = strtol(text, &end, 10);
    if (end == text || *end != '\0' || count < 0) {
        fprintf(stderr, "head: invalid number of lines: '%s'\n", text);
        exit(1);
    }
    return count;
}

static int head(FILE *file, const char *name, long lines) {
    while (lines > 0) {
        int c = getc(file);
        if (c == EOF) break;
        if (putchar(c) == EOF) {
            fprintf(stderr, "head: error writing 'standard output': %s\n", strerror(errno));
            exit(1);
        }
        if (c == '\n') lines--;
    }
    if (ferror(file)) {
        fprintf(stderr, "head: error reading '%s': %s\n", name, strerror(errno));
        return 1;
    }
    return 0;
}

int main(int argc, char *argv[]) {
    long lines = 10;
    int first = 1, status = 0;
    if (argc > 2 && strcmp(argv[1], "-n") == 0) {
        lines = line_count(argv[2]);
        first = 3;
    } else if (argc > 1 && strncmp(argv[1], "-n", 2) == 0) {
        lines = line_count(argv[1] + 2);
        first = 2;
    } else if (argc > 1 && argv[1][0] == '-' && argv[1][1] != '\0') {
        lines = line_count(argv[1] + 1);
        first = 2;
    }
    if (first == argc) return head(stdin, "standard input", lines);

    int several = argc - first > 1, printed = 0;
    for (int i = first; i < argc; i++) {
        int is_stdin = strcmp(argv[i], "-") == 0;
        FILE *file = is_stdin ? stdin : fopen(argv[i], "r");
        if (file == NULL) {
            fprintf(stderr, "head: cannot open '%s' for reading: %s\n", argv[i], strerror(errno));
            status = 1;
            continue;
        }
        if (several) printf("%s==> %s <==\n", printed++ ? "\n" : "", is_stdin ? "standard input" : argv[i]);
        status |= head(file, argv[i], lines);
        if (!is_stdin) fclose(file);
    }
    return status;
}
