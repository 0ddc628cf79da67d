/* getopt() keeps its place in optind: a second command line starts when it is set back to 1. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

static void parse(int count, char *words[]) {
    int option, verbose = 0, number = -1;
    const char *name = "(none)";
    optind = 1;
    opterr = 0;
    while ((option = getopt(count, words, ":vn:o:")) != -1) {
        switch (option) {
            case 'v':
                verbose++;
                break;
            case 'n':
                sscanf(optarg, "%d", &number);
                break;
            case 'o':
                name = optarg;
                break;
            case ':':
                printf("-%c needs a value; ", optopt);
                break;
            default:
                printf("-%c is unknown; ", optopt);
        }
    }
    printf("verbose %d, number %d, name %s, rest:", verbose, number, name);
    while (optind < count) printf(" %s", words[optind++]);
    printf("\n");
}

#define PARSE(...)                                                          \
    do {                                                                    \
        char *words[] = {"prog", __VA_ARGS__, NULL};                        \
        parse((int)(sizeof words / sizeof *words) - 1, words);              \
    } while (0)

int main(void) {
    PARSE("-v", "-n", "12", "file");
    PARSE("-vvn3", "-oout", "--", "-v");
    PARSE("file", "-v", "other");
    PARSE("-x", "-n");
    PARSE("-", "-v");
    return 0;
}
