// yes [WORD]...: print a line again and again, until somebody stops us.
//
// Usually that is SIGPIPE: in `yes | head -3` nobody is left to read after three lines, and the next write()
// to the pipe kills us. Note that it is not the next puts(): stdio collects lines in its buffer and writes
// many at once.
#include <errno.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char *argv[]) {
    for (;;) {
        if (argc < 2) fputs("y", stdout);
        for (int i = 1; i < argc; i++) {
            if (i > 1) putchar(' ');
            fputs(argv[i], stdout);
        }
        if (putchar('\n') == EOF) {
            fprintf(stderr, "yes: standard output: %s\n", strerror(errno));
            return 1;
        }
    }
}
