// tail [-n COUNT | -COUNT] [FILE]...: print the last lines (10) of each file.
//
// It cannot know which lines are the last before it has seen the end: in a pipeline it prints nothing until
// every writer has closed the pipe. Until then it keeps the most recent COUNT lines in a ring.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

struct line {
    char *text;
    size_t room;
    ssize_t length;
};

static long line_count(const char *text) {
    char *end;
    long count = strtol(text, &end, 10);
    if (end == text || *end != '\0' || count < 0 || count > 1000000) {
        fprintf(stderr, "tail: invalid number of lines: '%s'\n", text);
        exit(1);
    }
    return count;
}

static int tail(FILE *file, const char *name, long count) {
    struct line *ring = calloc((size_t)count + 1, sizeof *ring);
    if (ring == NULL) {
        fprintf(stderr, "tail: memory exhausted\n");
        exit(1);
    }
    // Slot `seen % (count + 1)` takes the line being read; the other `count` slots hold the lines before it.
    long slots = count + 1, seen = 0;
    for (;;) {
        struct line *line = &ring[seen % slots];
        line->length = getline(&line->text, &line->room, file);
        if (line->length < 0) break;
        seen++;
    }
    for (long i = seen > count ? seen - count : 0; i < seen; i++) {
        fwrite(ring[i % slots].text, 1, (size_t)ring[i % slots].length, stdout);
    }
    for (long i = 0; i < slots; i++) free(ring[i].text);
    free(ring);
    if (ferror(file)) {
        fprintf(stderr, "tail: error reading '%s': %s\n", name, strerror(errno));
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
    if (first == argc) return tail(stdin, "standard input", lines);

    int several = argc - first > 1, printed = 0;
    for (int i = first; i < argc; i++) {
        int is_stdin = strcmp(argv[i], "-") == 0;
        FILE *file = is_stdin ? stdin : fopen(argv[i], "r");
        if (file == NULL) {
            fprintf(stderr, "tail: cannot open '%s' for reading: %s\n", argv[i], strerror(errno));
            status = 1;
            continue;
        }
        if (several) printf("%s==> %s <==\n", printed++ ? "\n" : "", is_stdin ? "standard input" : argv[i]);
        status |= tail(file, argv[i], lines);
        if (!is_stdin) fclose(file);
    }
    return status;
}
