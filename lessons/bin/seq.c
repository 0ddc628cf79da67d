// seq [FIRST [STEP]] LAST: print whole numbers from FIRST (1) to LAST, one a line.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static long number(const char *text) {
    char *end;
    errno = 0;
    long value = strtol(text, &end, 10);
    if (end == text || *end != '\0' || errno != 0) {
        fprintf(stderr, "seq: '%s' is not a whole number\n", text);
        exit(1);
    }
    return value;
}

int main(int argc, char *argv[]) {
    if (argc < 2 || argc > 4) {
        fprintf(stderr, argc < 2 ? "seq: missing operand\n" : "seq: extra operand '%s'\n",
                argv[argc > 4 ? 4 : 0]);
        return 1;
    }
    long first = argc > 2 ? number(argv[1]) : 1;
    long step = argc > 3 ? number(argv[2]) : 1;
    long last = number(argv[argc - 1]);
    if (step == 0) {
        fprintf(stderr, "seq: the step must not be 0\n");
        return 1;
    }
    // The test is written so that it cannot overflow: there is room for one more step, or there is not.
    if (step > 0 ? first > last : first < last) return 0;
    for (long value = first;; value += step) {
        printf("%ld\n", value);
        if (step > 0 ? step > last - value : step < last - value) break;
    }
    if (fflush(stdout) == EOF) {
        fprintf(stderr, "seq: write error: %s\n", strerror(errno));
        return 1;
    }
    return 0;
}
