// grep [-c] [-F] [-i] [-n] [-q] [-v] PATTERN [FILE]...: print the lines that match the pattern.
//
// In a pattern . is any character, [a-z] one of a set, [^a-z] one that is not in it, X* any number of X, ^
// and $ the beginning and the end of the line; a backslash takes the meaning away. -F takes the pattern as
// plain text. Exit status: 0 some line matched, 1 none did, 2 trouble.
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

static int count_only, plain, ignore_case, line_numbers, quiet, invert, failed;

static int same(int a, int b) {
    return ignore_case ? tolower(a) == tolower(b) : a == b;
}

// The length of the first element of a pattern: "a", ".", "\*" or "[...]".
static int element_length(const char *pattern) {
    if (*pattern == '\\' && pattern[1] != '\0') return 2;
    if (*pattern != '[') return 1;
    const char *p = pattern + 1;
    if (*p == '^') p++;
    if (*p == ']') p++;  // "[]a]": a bracket that comes first is a member
    while (*p != '\0' && *p != ']') p++;
    return (int)(p - pattern) + 1;
}

static int in_brackets(const char *p, const char *end, int c) {
    int negated = *p == '^', found = 0;
    for (p += negated; p < end; p++) {
        int from = (unsigned char)*p, to = from;
        if (p + 2 < end && p[1] == '-') {
            to = (unsigned char)p[2];
            p += 2;
        }
        found |= c >= from && c <= to;
        if (ignore_case) {
            found |= (tolower(c) >= from && tolower(c) <= to) || (toupper(c) >= from && toupper(c) <= to);
        }
    }
    return found != negated;
}

// Does the element `pattern` of `length` bytes match the character `c`?
static int element_matches(const char *pattern, int length, int c) {
    if (c == '\0') return 0;
    if (*pattern == '.') return 1;
    if (*pattern == '[') return in_brackets(pattern + 1, pattern + length - 1, c);
    return same((unsigned char)pattern[length - 1], c);
}

// Does the pattern match at the beginning of `text`?
static int matches_here(const char *pattern, const char *text) {
    while (*pattern != '\0') {
        if (pattern[0] == '$' && pattern[1] == '\0') return *text == '\0';
        int length = element_length(pattern);
        if (pattern[length] == '*') {
            // As few as possible, then one more, and so on: the first way in which the rest fits will do.
            const char *rest = pattern + length + 1;
            while (!matches_here(rest, text)) {
                if (!element_matches(pattern, length, (unsigned char)*text)) return 0;
                text++;
            }
            return 1;
        }
        if (!element_matches(pattern, length, (unsigned char)*text)) return 0;
        pattern += length;
        text++;
    }
    return 1;
}

static int begins_with(const char *text, const char *word) {
    for (; *word != '\0'; word++, text++) {
        if (*text == '\0' || !same((unsigned char)*word, (unsigned char)*text)) return 0;
    }
    return 1;
}

static int matches(const char *pattern, const char *text) {
    if (!plain && pattern[0] == '^') return matches_here(pattern + 1, text);
    do {
        if (plain ? begins_with(text, pattern) : matches_here(pattern, text)) return 1;
    } while (*text++ != '\0');
    return 0;
}

// What we do not do is refused, so that no pattern means something else than in the real grep.
static void check_pattern(const char *pattern) {
    for (const char *p = pattern; *p != '\0'; p += element_length(p)) {
        int length = element_length(p);
        if (*p == '\\' &&
            (p[1] == '\0' || isalnum((unsigned char)p[1]) || strchr("(){}|+?<>", p[1]) != NULL)) {
            fprintf(stderr, "grep: '\\%c' is not supported\n", p[1]);
            exit(2);
        }
        if (*p == '[' && (int)strlen(p) < length) {
            fprintf(stderr, "grep: Unmatched [\n");
            exit(2);
        }
        if (*p == '[' && (strstr(p, "[:") != NULL && strstr(p, "[:") < p + length)) {
            fprintf(stderr, "grep: classes such as [:digit:] are not supported; write [0-9]\n");
            exit(2);
        }
    }
}

// Prints what matches; returns whether something did.
static int search(FILE *file, const char *name, const char *prefix, const char *pattern) {
    char *line = NULL;
    size_t room = 0;
    ssize_t length;
    long number = 0, found = 0;
    while ((length = getline(&line, &room, file)) >= 0) {
        if (length > 0 && line[length - 1] == '\n') line[length - 1] = '\0';
        number++;
        if (matches(pattern, line) == invert) continue;
        found++;
        if (quiet) break;
        if (count_only) continue;
        if (prefix != NULL) printf("%s:", prefix);
        if (line_numbers) printf("%ld:", number);
        puts(line);
    }
    free(line);
    if (ferror(file)) {
        fprintf(stderr, "grep: %s: %s\n", name, strerror(errno));
        failed = 1;
        return found > 0;
    }
    if (count_only && !quiet) printf("%s%s%ld\n", prefix ? prefix : "", prefix ? ":" : "", found);
    return found > 0;
}

int main(int argc, char *argv[]) {
    int first = 1, found = 0;
    for (; first < argc && argv[first][0] == '-' && argv[first][1] != '\0'; first++) {
        if (strcmp(argv[first], "--") == 0) {
            first++;
            break;
        }
        for (const char *option = argv[first] + 1; *option; option++) {
            switch (*option) {
                case 'c': count_only = 1; break;
                case 'F': plain = 1; break;
                case 'i': ignore_case = 1; break;
                case 'n': line_numbers = 1; break;
                case 'q': quiet = 1; break;
                case 'v': invert = 1; break;
                default: fprintf(stderr, "grep: invalid option -- '%c'\n", *option); return 2;
            }
        }
    }
    if (first >= argc) {
        fprintf(stderr, "usage: grep [-cFinqv] PATTERN [FILE]...\n");
        return 2;
    }
    const char *pattern = argv[first++];
    if (!plain) check_pattern(pattern);
    if (first == argc) found = search(stdin, "(standard input)", NULL, pattern);
    for (int i = first; i < argc; i++) {
        int is_stdin = strcmp(argv[i], "-") == 0;
        FILE *file = is_stdin ? stdin : fopen(argv[i], "r");
        if (file == NULL) {
            fprintf(stderr, "grep: %s: %s\n", argv[i], strerror(errno));
            failed = 1;
            continue;
        }
        const char *name = is_stdin ? "(standard input)" : argv[i];
        found |= search(file, name, argc - first > 1 ? name : NULL, pattern);
        if (!is_stdin) fclose(file);
    }
    if (quiet && found) return 0;
    return failed ? 2 : found ? 0 : 1;
}
