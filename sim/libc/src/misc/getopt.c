// getopt(3) and getopt_long(3), with GNU's moving of the operands behind the options.
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char* optarg;
int optind = 1, opterr = 1, optopt = '?';

static const char* in_word;              ///< the rest of a word of short options
static int first_operand, last_operand;  ///< operands passed over: [first, last)
static int order;  ///< 1 moves operands, + stops at the first, - returns them as option 1; 0: not started

static void reverse(char** argv, int from, int to) {
    while (from < --to) {
        char* word = argv[from];
        argv[from++] = argv[to];
        argv[to] = word;
    }
}

/// Exchanges the operands passed over with the options after them, each keeping its order.
static void move_operands(char** argv) {
    reverse(argv, first_operand, last_operand);
    reverse(argv, last_operand, optind);
    reverse(argv, first_operand, optind);
    first_operand += optind - last_operand;
    last_operand = optind;
}

static int long_option(int argc, char** argv, const char* options, const struct option* all, int* index,
                       int only, const char* dashes, int silent) {
    const char *name = in_word, *end = name;
    while (*end && *end != '=') end++;
    size_t length = (size_t)(end - name);
    int found = -1, ambiguous = 0;
    for (int i = 0; all[i].name; i++) {
        if (strncmp(all[i].name, name, length) != 0) continue;
        if (strlen(all[i].name) == length) {
            found = i;
            ambiguous = 0;
            break;
        }
        if (found < 0)
            found = i;
        else if (only || all[found].has_arg != all[i].has_arg || all[found].flag != all[i].flag ||
                 all[found].val != all[i].val)
            ambiguous = 1;
    }
    if (ambiguous) {
        if (!silent) {
            fprintf(stderr, "%s: option '%s%s' is ambiguous; possibilities:", argv[0], dashes, name);
            for (int i = 0; all[i].name; i++)
                if (strncmp(all[i].name, name, length) == 0) fprintf(stderr, " '%s%s'", dashes, all[i].name);
            fprintf(stderr, "\n");
        }
        in_word = "";
        optind++;
        optopt = 0;
        return '?';
    }
    if (found < 0) {
        if (only && argv[optind][1] != '-' && strchr(options, *in_word)) return -1;  // perhaps short options
        if (!silent) fprintf(stderr, "%s: unrecognized option '%s%s'\n", argv[0], dashes, name);
        in_word = 0;
        optind++;
        optopt = 0;
        return '?';
    }
    const struct option* option = &all[found];
    optind++;
    in_word = 0;
    if (*end) {
        if (option->has_arg == no_argument) {
            if (!silent)
                fprintf(stderr, "%s: option '%s%s' doesn't allow an argument\n", argv[0], dashes,
                        option->name);
            optopt = option->val;
            return '?';
        }
        optarg = (char*)end + 1;
    } else if (option->has_arg == required_argument) {
        if (optind >= argc) {
            if (!silent)
                fprintf(stderr, "%s: option '%s%s' requires an argument\n", argv[0], dashes, option->name);
            optopt = option->val;
            return *options == ':' ? ':' : '?';
        }
        optarg = argv[optind++];
    }
    if (index) *index = found;
    if (option->flag) {
        *option->flag = option->val;
        return 0;
    }
    return option->val;
}

static int next_option(int argc, char** argv, const char* options, const struct option* all, int* index,
                       int only) {
    if (argc < 1) return -1;
    optarg = 0;
    if (optind == 0 || !order) {
        if (optind == 0) optind = 1;
        first_operand = last_operand = optind;
        in_word = 0;
        order = *options == '+' || *options == '-' ? *options : getenv("POSIXLY_CORRECT") ? '+' : 1;
    }
    if (*options == '+' || *options == '-') options++;
    int silent = !opterr || *options == ':';
    if (!in_word || !*in_word) {
        if (last_operand > optind) last_operand = optind;
        if (first_operand > optind) first_operand = optind;
        if (order == 1) {
            if (first_operand != last_operand && last_operand != optind)
                move_operands(argv);
            else if (last_operand != optind)
                first_operand = optind;
            while (optind < argc && (argv[optind][0] != '-' || argv[optind][1] == 0)) optind++;
            last_operand = optind;
        }
        if (optind < argc && strcmp(argv[optind], "--") == 0) {
            optind++;
            if (first_operand != last_operand && last_operand != optind)
                move_operands(argv);
            else if (first_operand == last_operand)
                first_operand = optind;
            last_operand = argc;
            optind = argc;
        }
        if (optind == argc) {
            if (first_operand != last_operand) optind = first_operand;
            return -1;
        }
        if (argv[optind][0] != '-' || argv[optind][1] == 0) {
            if (order == '+') return -1;
            optarg = argv[optind++];
            return 1;
        }
        if (all) {
            if (argv[optind][1] == '-') {
                in_word = argv[optind] + 2;
                return long_option(argc, argv, options, all, index, only, "--", silent);
            }
            if (only && (argv[optind][2] || !strchr(options, argv[optind][1]))) {
                in_word = argv[optind] + 1;
                int result = long_option(argc, argv, options, all, index, only, "-", silent);
                if (result != -1) return result;
            }
        }
        in_word = argv[optind] + 1;
    }
    char c = *in_word++;
    const char* entry = strchr(options, c);
    if (*in_word == 0) optind++;
    if (!entry || c == ':' || c == ';') {
        if (!silent) fprintf(stderr, "%s: invalid option -- '%c'\n", argv[0], c);
        optopt = c;
        return '?';
    }
    if (entry[0] == 'W' && entry[1] == ';' && all) {
        if (*in_word == 0) {
            if (optind == argc) {
                if (!silent) fprintf(stderr, "%s: option requires an argument -- '%c'\n", argv[0], c);
                optopt = c;
                return *options == ':' ? ':' : '?';
            }
            in_word = argv[optind];
        }
        return long_option(argc, argv, options, all, index, 0, "-W ", silent);
    }
    if (entry[1] == ':') {
        if (*in_word) {
            optarg = (char*)in_word;
            optind++;
        } else if (entry[2] != ':') {
            if (optind == argc) {
                if (!silent) fprintf(stderr, "%s: option requires an argument -- '%c'\n", argv[0], c);
                optopt = c;
                c = *options == ':' ? ':' : '?';
            } else {
                optarg = argv[optind++];
            }
        }
        in_word = 0;
    }
    return c;
}

int getopt(int argc, char* const argv[], const char* options) {
    return next_option(argc, (char**)argv, options, 0, 0, 0);
}

int getopt_long(int argc, char* const argv[], const char* options, const struct option* long_options,
                int* index) {
    return next_option(argc, (char**)argv, options, long_options, index, 0);
}

int getopt_long_only(int argc, char* const argv[], const char* options, const struct option* long_options,
                     int* index) {
    return next_option(argc, (char**)argv, options, long_options, index, 1);
}
