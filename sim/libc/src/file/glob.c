// glob(): the pattern is gone through component by component; one with wildcards is held against a directory's entries.
#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <glob.h>
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct search {
    glob_t* found;
    int flags;
    int (*error)(const char*, int);
    char path[PATH_MAX];
};

static int has_wildcards(const char* text, size_t length, int flags) {
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '*' || text[i] == '?') return 1;
        if (text[i] == '[' && memchr(text + i, ']', length - i)) return 1;
        if (text[i] == '\\' && !(flags & GLOB_NOESCAPE)) i++;
    }
    return 0;
}

/// gl_offs null pointers come first, and one more last.
static int add(glob_t* found, const char* path, size_t length, int is_marked) {
    const size_t first = found->gl_flags & GLOB_DOOFFS ? found->gl_offs : 0;
    char** longer = realloc(found->gl_pathv, (first + found->gl_pathc + 2) * sizeof(char*));
    if (!longer) return GLOB_NOSPACE;
    if (!found->gl_pathv) memset(longer, 0, first * sizeof(char*));
    found->gl_pathv = longer;
    char* copy = malloc(length + 2);
    longer[first + found->gl_pathc] = copy;
    if (!copy) return GLOB_NOSPACE;
    memcpy(copy, path, length);
    copy[length] = '/';
    copy[length + (is_marked ? 1 : 0)] = 0;
    longer[first + ++found->gl_pathc] = 0;
    return 0;
}

static int add_file(struct search* search, size_t length) {
    struct stat status;
    const char* path = search->path;
    if (lstat(path, &status) < 0) return 0;
    const int is_directory = stat(path, &status) == 0 && S_ISDIR(status.st_mode);
    if ((search->flags & GLOB_ONLYDIR) && !is_directory) return 0;
    return add(search->found, path, length,
               (search->flags & GLOB_MARK) && is_directory && length > 0 && path[length - 1] != '/');
}

static int match(struct search* search, size_t length, const char* pattern);

/// One component without wildcards.
static int take_literally(struct search* search, size_t length, const char* from, const char* end) {
    for (; from < end; from++) {
        if (*from == '\\' && !(search->flags & GLOB_NOESCAPE) && from + 1 < end) from++;
        if (length + 2 >= sizeof search->path) return 0;  // no such path
        search->path[length++] = *from;
    }
    search->path[length] = 0;
    return match(search, length, end);
}

static int take_entries(struct search* search, size_t length, const char* from, const char* end) {
    char component[NAME_MAX * 2 + 2];
    if ((size_t)(end - from) >= sizeof component) return 0;
    memcpy(component, from, (size_t)(end - from));
    component[end - from] = 0;
    DIR* directory = opendir(length ? search->path : ".");
    if (!directory) {
        if (errno == ENOTDIR || errno == ENOENT) return 0;
        const int stops = search->error && search->error(search->path, errno);
        return stops || (search->flags & GLOB_ERR) ? GLOB_ABORTED : 0;
    }
    const int flags =
        (search->flags & GLOB_PERIOD ? 0 : FNM_PERIOD) | (search->flags & GLOB_NOESCAPE ? FNM_NOESCAPE : 0);
    int result = 0;
    for (struct dirent* entry; result == 0 && (entry = readdir(directory)) != 0;) {
        const size_t bytes = strlen(entry->d_name);
        if (fnmatch(component, entry->d_name, flags) != 0 || length + bytes + 2 >= sizeof search->path) continue;
        memcpy(search->path + length, entry->d_name, bytes + 1);
        result = match(search, length + bytes, end);
        search->path[length] = 0;
    }
    closedir(directory);
    return result;
}

/// `length` bytes of the path are there; `pattern` is what is left.
static int match(struct search* search, size_t length, const char* pattern) {
    while (*pattern == '/') {
        if (length + 2 >= sizeof search->path) return 0;
        search->path[length++] = *pattern++;
        search->path[length] = 0;
    }
    if (!*pattern) return add_file(search, length);
    const char* end = pattern;
    while (*end && *end != '/') end++;
    return has_wildcards(pattern, (size_t)(end - pattern), search->flags)
               ? take_entries(search, length, pattern, end)
               : take_literally(search, length, pattern, end);
}

static int by_name(const void* a, const void* b) {
    return strcoll(*(char* const*)a, *(char* const*)b);
}

/// "~/x", "~user/x". Null: there is no such user, or no memory.
static char* with_home(const char* pattern) {
    const char* end = pattern;
    while (*end && *end != '/') end++;
    const char* home = end == pattern + 1 ? getenv("HOME") : 0;
    if (!home) {
        char* name = strndup(pattern + 1, (size_t)(end - pattern - 1));
        const struct passwd* user = name && *name ? getpwnam(name) : 0;
        free(name);
        if (!user) return 0;
        home = user->pw_dir;
    }
    char* whole = malloc(strlen(home) + strlen(end) + 1);
    if (whole) strcat(strcpy(whole, home), end);
    return whole;
}

static int expand(const char* pattern, int flags, int (*error)(const char*, int), glob_t* found) {
    char* whole = 0;
    if ((flags & (GLOB_TILDE | GLOB_TILDE_CHECK)) && *pattern == '~') {
        whole = with_home(pattern);
        if (!whole && (flags & GLOB_TILDE_CHECK)) return GLOB_NOMATCH;
    }
    struct search* search = malloc(sizeof *search);
    if (!search) {
        free(whole);
        return GLOB_NOSPACE;
    }
    search->found = found;
    search->flags = flags;
    search->error = error;
    search->path[0] = 0;
    const size_t before = found->gl_pathc, offset = flags & GLOB_DOOFFS ? found->gl_offs : 0;
    int result = match(search, 0, whole ? whole : pattern);
    free(search);
    free(whole);
    if (result != 0) return result;
    if (found->gl_pathc == before) {
        const int is_plain = (flags & GLOB_NOMAGIC) && !has_wildcards(pattern, strlen(pattern), flags);
        return (flags & GLOB_NOCHECK) || is_plain ? add(found, pattern, strlen(pattern), 0) : GLOB_NOMATCH;
    }
    if (!(flags & GLOB_NOSORT))
        qsort(found->gl_pathv + offset + before, found->gl_pathc - before, sizeof(char*), by_name);
    return 0;
}

/// The brace that closes the one at `open`, or the comma that ends its first part; null: it is never closed.
static const char* end_of_part(const char* at, int ends_at_comma) {
    for (int depth = 0; *at; at++) {
        if (*at == '\\' && at[1]) {
            at++;
        } else if (*at == '{') {
            depth++;
        } else if (depth == 0 && (*at == '}' || (*at == ',' && ends_at_comma))) {
            return at;
        } else if (*at == '}') {
            depth--;
        }
    }
    return 0;
}

/// GLOB_BRACE: one pattern after the other, as csh(1) does.
static int expand_braces(const char* pattern, int flags, int (*error)(const char*, int), glob_t* found) {
    const char* open = pattern;
    while (*open && *open != '{') open += *open == '\\' && open[1] ? 2 : 1;
    const char* close = *open && open[1] != '}' ? end_of_part(open + 1, 0) : 0;
    if (!close) return expand(pattern, flags, error, found);
    const size_t room = strlen(pattern) + 1;
    int any = 0;
    for (const char* part = open + 1; part <= close;) {
        const char* end = end_of_part(part, 1);
        char* one = malloc(room);
        if (!one) return GLOB_NOSPACE;
        const size_t head = (size_t)(open - pattern), middle = (size_t)(end - part);
        memcpy(one, pattern, head);
        memcpy(one + head, part, middle);
        strcpy(one + head + middle, close + 1);
        const int result = expand_braces(one, flags & ~(GLOB_NOCHECK | GLOB_NOMAGIC), error, found);
        free(one);
        if (result != 0 && result != GLOB_NOMATCH) return result;
        any |= result == 0;
        part = end + 1;
    }
    if (any) return 0;
    return flags & (GLOB_NOCHECK | GLOB_NOMAGIC) ? add(found, pattern, room - 1, 0) : GLOB_NOMATCH;
}

int glob(const char* pattern, int flags, int (*error)(const char* path, int number), glob_t* found) {
    if (!(flags & GLOB_APPEND)) {
        found->gl_pathc = 0;
        found->gl_pathv = 0;
        if (!(flags & GLOB_DOOFFS)) found->gl_offs = 0;
    }
    found->gl_flags = flags;
    return flags & GLOB_BRACE ? expand_braces(pattern, flags, error, found)
                              : expand(pattern, flags, error, found);
}

void globfree(glob_t* found) {
    const size_t first = found->gl_flags & GLOB_DOOFFS ? found->gl_offs : 0;
    for (size_t i = 0; found->gl_pathv && i < found->gl_pathc; i++) free(found->gl_pathv[first + i]);
    free(found->gl_pathv);
    found->gl_pathv = 0;
    found->gl_pathc = 0;
}
