// sort [-n] [-r] [-u] [-t CHAR] [-k FIRST[,LAST][nr]] [FILE]...: print the lines of all files in order.
//
// Lines are compared byte by byte, with -n as numbers. -k compares only the fields FIRST to LAST (to the end
// of the line where there is no LAST); a field is a run of blanks and what follows it, or with -t what lies
// between two CHARs. Lines that compare equal are put in byte order; with -u only the first of them is
// printed. -r reverses.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

struct line {
    char *text;
    size_t number;  // in the input: keeps the order of lines that compare equal
};

static struct line *lines;
static size_t line_count, line_room;
static int numeric, reverse, unique, separator = -1;
static int key_has_options, key_numeric, key_reverse;  // those of -k take the place of the general ones
static long first_field = 0, last_field = 0;           // 0: the whole line

static void fail(const char *message, const char *detail) {
    fprintf(stderr, "sort: %s%s\n", message, detail);
    exit(2);
}

// The end of the field that begins at `p`.
static const char *skip_field(const char *p) {
    if (separator >= 0) {
        while (*p != '\0' && *p != (char)separator) p++;
        return p;
    }
    while (*p == ' ' || *p == '\t') p++;
    while (*p != '\0' && *p != ' ' && *p != '\t') p++;
    return p;
}

// The part of the line that is compared: *length bytes from the returned address.
static const char *key_of(const char *text, size_t *length) {
    const char *start = text;
    for (long field = 1; field < first_field && *start != '\0'; field++) {
        start = skip_field(start);
        if (separator >= 0 && *start != '\0') start++;
    }
    const char *end = start + strlen(start);
    if (last_field >= first_field && first_field > 0) {
        end = start;
        for (long field = first_field; field <= last_field && *end != '\0'; field++) {
            if (separator >= 0 && field > first_field) end++;
            end = skip_field(end);
        }
    }
    *length = (size_t)(end - start);
    return start;
}

// The number at the start of a key, as sort -n reads it: blanks, a minus sign, digits, a point and more
// digits.
static double number_of(const char *p, size_t length) {
    const char *end = p + length;
    double value = 0, scale = 1;
    int negative = 0;
    while (p < end && (*p == ' ' || *p == '\t')) p++;
    if (p < end && *p == '-') negative = 1, p++;
    for (; p < end && *p >= '0' && *p <= '9'; p++) value = value * 10 + (*p - '0');
    if (p < end && *p == '.') {
        for (p++; p < end && *p >= '0' && *p <= '9'; p++) value += (*p - '0') * (scale /= 10);
    }
    return negative ? -value : value;
}

static int compare_keys(const char *a, const char *b) {
    size_t length_a, length_b;
    a = key_of(a, &length_a);
    b = key_of(b, &length_b);
    if (key_has_options ? key_numeric : numeric) {
        double number_a = number_of(a, length_a), number_b = number_of(b, length_b);
        return (number_a > number_b) - (number_a < number_b);
    }
    int order = memcmp(a, b, length_a < length_b ? length_a : length_b);
    return order != 0 ? order : (length_a > length_b) - (length_a < length_b);
}

static int compare_lines(const void *a, const void *b) {
    const struct line *line_a = a, *line_b = b;
    int order = compare_keys(line_a->text, line_b->text);
    if (order != 0) return (key_has_options ? key_reverse : reverse) ? -order : order;
    if (!unique) order = strcmp(line_a->text, line_b->text);
    if (order != 0) return reverse ? -order : order;
    return (line_a->number > line_b->number) - (line_a->number < line_b->number);
}

static void read_lines(FILE *file, const char *name) {
    char *text = NULL;
    size_t room = 0;
    ssize_t length;
    while ((length = getline(&text, &room, file)) >= 0) {
        if (length > 0 && text[length - 1] == '\n') text[length - 1] = '\0';
        if (line_count == line_room) {
            line_room = line_room ? line_room * 2 : 64;
            lines = realloc(lines, line_room * sizeof *lines);
            if (lines == NULL) fail("memory exhausted", "");
        }
        lines[line_count].text = text;
        lines[line_count].number = line_count;
        line_count++;
        text = NULL;  // the line keeps it; getline() allocates the next one
        room = 0;
    }
    if (ferror(file)) {
        fprintf(stderr, "sort: read failed: %s: %s\n", name, strerror(errno));
        exit(2);
    }
    free(text);
}

// "2", "2n", "2,3", "2,3nr": the fields, counted from 1, and options of their own.
static void parse_key(const char *text) {
    char *end;
    first_field = strtol(text, &end, 10);
    if (end == text || first_field < 1) fail("invalid field: ", text);
    if (*end == ',') {
        char *after;
        last_field = strtol(end + 1, &after, 10);
        if (after == end + 1 || last_field < 1) fail("invalid field: ", text);
        end = after;
    }
    for (; *end != '\0'; end++) {
        key_has_options = 1;
        if (*end == 'n') {
            key_numeric = 1;
        } else if (*end == 'r') {
            key_reverse = 1;
        } else {
            fail("this form of a key is not supported: ", text);
        }
    }
}

static int parse_options(int argc, char *argv[]) {
    int i = 1;
    for (; i < argc && argv[i][0] == '-' && argv[i][1] != '\0'; i++) {
        for (char *option = argv[i] + 1; *option; option++) {
            if (*option == 'n') {
                numeric = 1;
            } else if (*option == 'r') {
                reverse = 1;
            } else if (*option == 'u') {
                unique = 1;
            } else if (*option == 'k' || *option == 't') {
                // The value is the rest of this word, or the next word.
                char *value = option[1] != '\0' ? option + 1 : i + 1 < argc ? argv[++i] : NULL;
                if (value == NULL) fail("this option needs a value: ", option);
                if (*option == 'k') {
                    parse_key(value);
                } else if (strlen(value) == 1) {
                    separator = (unsigned char)value[0];
                } else {
                    fail("the separator must be one character: ", value);
                }
                break;
            } else {
                fail("invalid option: ", argv[i]);
            }
        }
    }
    return i;
}

int main(int argc, char *argv[]) {
    int first = parse_options(argc, argv);
    if (first == argc) read_lines(stdin, "-");
    for (int i = first; i < argc; i++) {
        if (strcmp(argv[i], "-") == 0) {
            read_lines(stdin, "-");
            continue;
        }
        FILE *file = fopen(argv[i], "r");
        if (file == NULL) {
            fprintf(stderr, "sort: cannot read: %s: %s\n", argv[i], strerror(errno));
            return 2;
        }
        read_lines(file, argv[i]);
        fclose(file);
    }
    if (line_count > 1) qsort(lines, line_count, sizeof *lines, compare_lines);
    for (size_t i = 0; i < line_count; i++) {
        if (unique && i > 0 && compare_keys(lines[i - 1].text, lines[i].text) == 0) continue;
        puts(lines[i].text);
    }
    if (fflush(stdout) == EOF) fail("write failed: 'standard output': ", strerror(errno));
    return 0;
}
