// Shell patterns: ?, *, [...], \ (POSIX, Shell Command Language 2.13).
#include <ctype.h>
#include <fnmatch.h>
#include <string.h>

static int folded(int c, int flags) {
    return flags & FNM_CASEFOLD ? tolower(c) : c;
}

static int is_in_class(const char* name, size_t length, int c) {
    static const struct {
        const char* name;
        int (*holds)(int);
    } classes[] = {
        {"alnum", isalnum}, {"alpha", isalpha}, {"blank", isblank}, {"cntrl", iscntrl},
        {"digit", isdigit}, {"graph", isgraph}, {"lower", islower}, {"print", isprint},
        {"punct", ispunct}, {"space", isspace}, {"upper", isupper}, {"xdigit", isxdigit},
    };
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        if (strlen(classes[i].name) == length && strncmp(classes[i].name, name, length) == 0)
            return classes[i].holds(c) != 0;
    return -1;
}

// The end of a bracket expression whose inside begins at `at`; null where it has none.
static const char* end_of_bracket(const char* at, int flags) {
    const char* first = *at == '!' || *at == '^' ? at + 1 : at;
    for (const char* p = first; *p; p++) {
        if (*p == ']' && p > first) return p;
        if (*p == '/' && (flags & FNM_PATHNAME)) return 0;
        if (*p == '\\' && !(flags & FNM_NOESCAPE) && p[1]) {
            p++;
        } else if (*p == '[' && (p[1] == ':' || p[1] == '.' || p[1] == '=')) {
            const char* close = p + 2;
            while (*close && !(*close == p[1] && close[1] == ']')) close++;
            if (*close) p = close + 1;
        }
    }
    return 0;
}

// One character of a bracket expression, by itself, escaped, or as [.x.] or [=x=].
static const char* bracket_character(const char* p, int flags, int* c) {
    if (*p == '\\' && !(flags & FNM_NOESCAPE)) p++;
    if (*p == '[' && (p[1] == '.' || p[1] == '=') && p[2] && p[3] == p[1] && p[4] == ']') {
        *c = (unsigned char)p[2];
        return p + 5;
    }
    *c = (unsigned char)*p;
    return p + 1;
}

// Whether c is in the bracket expression between `p` and `end`; -1 where the expression is not valid.
static int is_in_bracket(const char* p, const char* end, int c, int flags) {
    int negated = *p == '!' || *p == '^', found = 0;
    p += negated;
    c = folded(c, flags);
    while (p < end) {
        if (*p == '[' && p[1] == ':') {
            const char* name = p + 2;
            const char* close = name;
            while (close < end && *close != ':') close++;
            int inside = is_in_class(name, (size_t)(close - name), c);
            if (inside < 0) return -1;
            if (inside) found = 1;
            p = close + 2;
            continue;
        }
        int low, high;
        p = bracket_character(p, flags, &low);
        high = low;
        if (*p == '-' && p + 1 < end) p = bracket_character(p + 1, flags, &high);
        if (c >= folded(low, flags) && c <= folded(high, flags)) found = 1;
    }
    return found != negated;
}

static int match(const char* pattern, const char* text, const char* start, int flags) {
    for (; *pattern; pattern++) {
        int is_leading = text == start || ((flags & FNM_PATHNAME) && text[-1] == '/');
        int is_hidden = *text == '.' && (flags & FNM_PERIOD) && is_leading;
        int c = (unsigned char)*pattern;
        if (c == '?') {
            if (!*text || is_hidden || (*text == '/' && (flags & FNM_PATHNAME))) return FNM_NOMATCH;
            text++;
        } else if (c == '*') {
            if (is_hidden) return FNM_NOMATCH;
            while (*pattern == '*') pattern++;
            if (!*pattern && !(flags & FNM_PATHNAME)) return 0;
            for (;; text++) {
                if (match(pattern, text, start, flags) == 0) return 0;
                if (!*text || (*text == '/' && (flags & FNM_PATHNAME))) return FNM_NOMATCH;
            }
        } else if (c == '[' && end_of_bracket(pattern + 1, flags)) {
            const char* end = end_of_bracket(pattern + 1, flags);
            if (!*text || is_hidden || (*text == '/' && (flags & FNM_PATHNAME))) return FNM_NOMATCH;
            if (is_in_bracket(pattern + 1, end, (unsigned char)*text, flags) != 1) return FNM_NOMATCH;
            text++;
            pattern = end;
        } else {
            if (c == '\\' && !(flags & FNM_NOESCAPE)) {
                if (!pattern[1]) return FNM_NOMATCH;
                c = (unsigned char)*++pattern;
            }
            if (folded(c, flags) != folded((unsigned char)*text, flags)) return FNM_NOMATCH;
            text++;
        }
    }
    return !*text || ((flags & FNM_LEADING_DIR) && *text == '/') ? 0 : FNM_NOMATCH;
}

int fnmatch(const char* pattern, const char* text, int flags) {
    return match(pattern, text, text, flags);
}
