// cmp [-s] FILE1 FILE2: where do two files first differ? "-" is standard input; -s says nothing.
// Exit status: 0 the same, 1 different, 2 trouble.
#include <errno.h>
#include <stdio.h>
#include <string.h>

static FILE *open_or_null(const char *name) {
    FILE *file = strcmp(name, "-") == 0 ? stdin : fopen(name, "r");
    if (file == NULL) fprintf(stderr, "cmp: %s: %s\n", name, strerror(errno));
    return file;
}

int main(int argc, char *argv[]) {
    int silent = argc > 1 && strcmp(argv[1], "-s") == 0;
    if (argc - silent != 3) {
        fprintf(stderr, "usage: cmp [-s] FILE1 FILE2\n");
        return 2;
    }
    const char *name1 = argv[1 + silent], *name2 = argv[2 + silent];
    FILE *file1 = open_or_null(name1);
    if (file1 == NULL) return 2;
    FILE *file2 = open_or_null(name2);
    if (file2 == NULL) return 2;

    long byte = 1, line = 1;
    int previous = '\n';
    for (;; byte++) {
        int c1 = getc(file1), c2 = getc(file2);
        if (c1 == EOF && c2 == EOF) return 0;
        if (c1 == EOF || c2 == EOF) {
            const char *shorter = c1 == EOF ? name1 : name2;
            if (silent) return 1;
            if (byte == 1) {
                fprintf(stderr, "cmp: EOF on %s which is empty\n", shorter);
            } else if (previous == '\n') {
                fprintf(stderr, "cmp: EOF on %s after byte %ld, line %ld\n", shorter, byte - 1, line - 1);
            } else {
                fprintf(stderr, "cmp: EOF on %s after byte %ld, in line %ld\n", shorter, byte - 1, line);
            }
            return 1;
        }
        if (c1 != c2) {
            if (!silent) printf("%s %s differ: char %ld, line %ld\n", name1, name2, byte, line);
            return 1;
        }
        if (c1 == '\n') line++;
        previous = c1;
    }
}
