// tr [-c] [-d] [-s] SET1 [SET2]: translate, squeeze or delete characters, from standard input to standard
// output.
//
// A set is written with characters, ranges (a-z), classes ([:upper:]) and escapes (\n, \t, \\, \101).
// -c means all characters except those of SET1; -d deletes those of SET1; -s leaves one of each run of equal
// characters that are in the last set.
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct set {
    unsigned char
        members[256 * 4];  // in the order in which they were written, which is how SET1 maps to SET2
    int count;
};

static const struct {
    const char *name;
    int (*contains)(int);
} classes[] = {
    {"alnum", isalnum}, {"alpha", isalpha}, {"blank", isblank}, {"cntrl", iscntrl},
    {"digit", isdigit}, {"graph", isgraph}, {"lower", islower}, {"print", isprint},
    {"punct", ispunct}, {"space", isspace}, {"upper", isupper}, {"xdigit", isxdigit},
};

static void fail(const char *message, const char *detail) {
    fprintf(stderr, "tr: %s%s\n", message, detail);
    exit(1);
}

static void add(struct set *set, int c) {
    if (set->count == (int)sizeof set->members) fail("set is too long", "");
    set->members[set->count++] = (unsigned char)c;
}

// Reads one character, escaped or not, and moves *text behind it.
static int next_character(const char **text) {
    const char *p = *text;
    int c = (unsigned char)*p++;
    if (c == '\\' && *p != '\0') {
        if (*p >= '0' && *p <= '7') {
            c = 0;
            for (int digits = 0; digits < 3 && *p >= '0' && *p <= '7' && c * 8 + (*p - '0') < 256; digits++) {
                c = c * 8 + (*p++ - '0');
            }
        } else {
            switch (*p) {
                case 'a': c = '\a'; break;
                case 'b': c = '\b'; break;
                case 'f': c = '\f'; break;
                case 'n': c = '\n'; break;
                case 'r': c = '\r'; break;
                case 't': c = '\t'; break;
                case 'v': c = '\v'; break;
                default: c = (unsigned char)*p; break;
            }
            p++;
        }
    }
    *text = p;
    return c;
}

// Where `text` begins with "[:name:]", adds that class and returns the text behind it; otherwise a null
// pointer.
static const char *add_class(struct set *set, const char *text) {
    const char *end = strncmp(text, "[:", 2) == 0 ? strstr(text + 2, ":]") : NULL;
    if (end == NULL) return NULL;
    size_t length = (size_t)(end - text) - 2;
    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++) {
        if (strlen(classes[i].name) != length || strncmp(classes[i].name, text + 2, length) != 0) continue;
        for (int c = 0; c < 256; c++) {
            if (classes[i].contains(c)) add(set, c);
        }
        return end + 2;
    }
    fail("invalid character class in ", text);
    return NULL;
}

static void parse_set(struct set *set, const char *text) {
    while (*text != '\0') {
        const char *after_class = add_class(set, text);
        if (after_class != NULL) {
            text = after_class;
            continue;
        }
        const char *start = text;
        int from = next_character(&text), to = from;
        if (text[0] == '-' && text[1] != '\0') {
            text++;
            to = next_character(&text);
            if (to < from) fail("the range is in reverse order: ", start);
        }
        for (int c = from; c <= to; c++) add(set, c);
    }
}

static void complement(struct set *set) {
    unsigned char present[256] = {0};
    for (int i = 0; i < set->count; i++) present[set->members[i]] = 1;
    set->count = 0;
    for (int c = 0; c < 256; c++) {
        if (!present[c]) add(set, c);
    }
}

int main(int argc, char *argv[]) {
    int use_complement = 0, delete = 0, squeeze = 0, first = 1;
    for (; first < argc && argv[first][0] == '-' && argv[first][1] != '\0'; first++) {
        for (const char *option = argv[first] + 1; *option; option++) {
            switch (*option) {
                case 'c':
                case 'C': use_complement = 1; break;
                case 'd': delete = 1; break;
                case 's': squeeze = 1; break;
                default: fprintf(stderr, "tr: invalid option -- '%c'\n", *option); return 1;
            }
        }
    }
    int sets = argc - first;
    if (sets < 1) fail("missing operand", "");
    if (sets > 2) fail("extra operand ", argv[first + 2]);
    if (sets == 1 && delete == squeeze) fail("missing operand after ", argv[first]);
    if (sets == 2 && delete &&!squeeze) fail("extra operand ", argv[first + 1]);

    static struct set set1, set2;
    parse_set(&set1, argv[first]);
    if (use_complement) complement(&set1);
    if (sets == 2) parse_set(&set2, argv[first + 1]);

    unsigned char deleted[256] = {0}, squeezed[256] = {0}, mapped[256];
    for (int c = 0; c < 256; c++) mapped[c] = (unsigned char)c;
    for (int i = 0; i < set1.count && delete; i++) deleted[set1.members[i]] = 1;
    if (sets == 2 && !delete) {
        if (set2.count == 0) fail("when not deleting, SET2 must not be empty", "");
        // A SET2 that is too short is filled up with its last character.
        for (int i = 0; i < set1.count; i++) {
            mapped[set1.members[i]] = set2.members[i < set2.count ? i : set2.count - 1];
        }
    }
    const struct set *last = sets == 2 ? &set2 : &set1;
    for (int i = 0; i < last->count && squeeze; i++) squeezed[last->members[i]] = 1;

    int previous = EOF;
    for (int c; (c = getchar()) != EOF;) {
        if (deleted[c]) continue;
        c = mapped[c];
        if (squeezed[c] && c == previous) continue;
        previous = c;
        if (putchar(c) == EOF) fail("write error: ", strerror(errno));
    }
    if (ferror(stdin)) fail("read error: ", strerror(errno));
    if (fflush(stdout) == EOF) fail("write error: ", strerror(errno));
    return 0;
}
