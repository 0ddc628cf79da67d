// getopt() and getopt_long().
#define _GNU_SOURCE
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void run(const char* options, const struct option* all, int only, const char* line) {
    char copy[200], *argv[20] = {"prog"};
    int argc = 1, option, index = -1;
    strcpy(copy, line);
    for (char* word = strtok(copy, " "); word; word = strtok(NULL, " ")) argv[argc++] = word;
    optind = 0;
    printf("%s | %s:", options, line);
    fflush(stdout);
    while (index = -1, (option = only  ? getopt_long_only(argc, argv, options, all, &index)
                                 : all ? getopt_long(argc, argv, options, all, &index)
                                       : getopt(argc, argv, options)) != -1)
        printf(" (%d%s%s %d %d %d)", option, optarg ? "=" : "", optarg ? optarg : "", optind, index,
               option == '?' ? optopt : 0);
    printf(" |");
    for (int i = optind; i < argc; i++) printf(" %s", argv[i]);
    printf("\n");
    fflush(stdout);
}

int main(void) {
    static int flag;
    static const struct option all[] = {{"add", 1, 0, 'a'},    {"append", 0, 0, 'p'},
                                        {"create", 2, 0, 'c'}, {"verbose", 0, &flag, 7},
                                        {"file", 1, 0, 0},     {0, 0, 0, 0}};
    static const char* const lines[] = {
        "",   "-a",    "-a x y", "x -b y -a z w", "-ab",        "-abc -- -d", "-o value",     "-ovalue rest",
        "-o", "-x -a", "- -a",   "x y z",         "-a -- b -c", "-ba -o",     "a -o b c -b d"};
    static const char* const options[] = {"abo:", "+abo:", "-abo:", ":abo:", "ab:o::"};
    for (unsigned o = 0; o < sizeof options / sizeof *options; o++)
        for (unsigned l = 0; l < sizeof lines / sizeof *lines; l++) run(options[o], NULL, 0, lines[l]);
    static const char* const long_lines[] = {"--add 1 x",
                                             "--add=2",
                                             "--add",
                                             "--ap",
                                             "--a",
                                             "--create",
                                             "--create=5 y",
                                             "--verbose z --append",
                                             "--nothing",
                                             "--append=3",
                                             "--fil name -- --add",
                                             "x --file=y z -a q",
                                             "--verb -c4 -p",
                                             "-add 5"};
    for (unsigned l = 0; l < sizeof long_lines / sizeof *long_lines; l++) {
        run("a:pc::", all, 0, long_lines[l]);
        run(":a:p", all, 0, long_lines[l]);
        run("a:p", all, 1, long_lines[l]);
    }
    printf("%d\n", flag);
    return 0;
}
