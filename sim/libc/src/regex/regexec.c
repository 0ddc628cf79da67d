// Matching by backtracking, in two passes over the same program: the first finds where the longest match ends, the
// second the first way, in the order in which alternatives and iterations are tried, that ends there. That way decides
// the groups, as it does in glibc. Neither pass looks twice at a state (instruction, position) that has led nowhere,
// which keeps the time polynomial; back-references make states depend on more, so with them all ways are tried.
#include <bits/regex_program.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct loop {
    int start;       // of the iteration under way
    int iterations;  // begun
};

struct matcher {
    const struct __regex_program* program;
    const char* text;
    int length, flags, pattern_flags;
    int best;            // where the longest match ends; -1: none yet
    int is_second_pass;  // best is known
    int* groups;         // 2 * (re_nsub + 1) positions, -1 where unset
    int* best_groups;
    int group_slots;
    struct loop* loops;
    unsigned char* failed;  // a bit for each state; null with back-references
};

static int is_word(int c) {
    return isalnum(c) || c == '_';
}

static int char_at(const struct matcher* m, int at) {
    return at < m->length ? (unsigned char)m->text[at] : -1;
}

static int holds(const struct matcher* m, enum __regex_code code, int at) {
    int before = at > 0 && is_word((unsigned char)m->text[at - 1]);
    int after = at < m->length && is_word((unsigned char)m->text[at]);
    int lines = m->pattern_flags & REG_NEWLINE;
    switch (code) {
        case RE_LINE_BEGIN:
            return (at == 0 && !(m->flags & REG_NOTBOL)) || (lines && at > 0 && m->text[at - 1] == '\n');
        case RE_LINE_END:
            return (at == m->length && !(m->flags & REG_NOTEOL)) ||
                   (lines && at < m->length && m->text[at] == '\n');
        case RE_TEXT_BEGIN:
            return at == 0;
        case RE_TEXT_END:
            return at == m->length;
        case RE_WORD_BEGIN:
            return !before && after;
        case RE_WORD_END:
            return before && !after;
        case RE_WORD_EDGE:
            return before != after;
        default:
            return before == after;
    }
}

/// What follows from a state depends on the loops under way only where an iteration may still turn out to be empty.
static int is_free_of_loops(const struct matcher* m, int at) {
    for (int i = 0; i < m->program->loops; i++)
        if (m->loops[i].iterations > 1 && m->loops[i].start >= at) return 0;
    return 1;
}

static int same_bytes(const struct matcher* m, int a, int b, int count) {
    if (b + count > m->length) return 0;
    for (int i = 0; i < count; i++) {
        int x = (unsigned char)m->text[a + i], y = (unsigned char)m->text[b + i];
        if (x != y && !((m->pattern_flags & REG_ICASE) && tolower(x) == tolower(y))) return 0;
    }
    return 1;
}

static int run(struct matcher* m, int pc, int at);

static int end_here(struct matcher* m, int at) {
    if (m->is_second_pass) return at == m->best;
    if (at > m->best) {
        m->best = at;
        if (!m->failed) memcpy(m->best_groups, m->groups, (size_t)m->group_slots * sizeof *m->groups);
    }
    return 0;
}

static int save(struct matcher* m, int slot, int pc, int at) {
    int old = m->groups[slot];
    m->groups[slot] = at;
    if (run(m, pc + 1, at)) return 1;
    m->groups[slot] = old;
    return 0;
}

static int loop_step(struct matcher* m, const struct __regex_instruction* step, int pc, int at) {
    struct loop* loop = &m->loops[step->a];
    struct loop old = *loop;
    if (step->code == RE_ENTER) {
        loop->iterations = step->b;
        loop->start = -1;
    } else {
        loop->iterations++;
        loop->start = at;
    }
    if (run(m, pc + 1, at)) return 1;
    *loop = old;
    return 0;
}

static int try_both(struct matcher* m, const struct __regex_instruction* step, int pc, int at) {
    size_t state = (size_t)pc * (size_t)(m->length + 1) + (size_t)at;
    int is_kept = m->failed && is_free_of_loops(m, at);
    if (is_kept && (m->failed[state / 8] >> state % 8 & 1)) return 0;
    if (run(m, step->a, at) || run(m, step->b, at)) return 1;
    if (is_kept) m->failed[state / 8] |= (unsigned char)(1 << state % 8);
    return 0;
}

/// Whether a way from here ends as the pass wants it; the first pass wants none, and looks at all.
static int run(struct matcher* m, int pc, int at) {
    for (;; pc++) {
        const struct __regex_instruction* step = &m->program->code[pc];
        int c = char_at(m, at);
        switch (step->code) {
            case RE_CHAR:
                if (c != step->a) return 0;
                at++;
                break;
            case RE_ANY:
                if (c < 0 || (c == '\n' && (m->pattern_flags & REG_NEWLINE))) return 0;
                at++;
                break;
            case RE_SET:
                if (c < 0 || !(m->program->sets[step->a].bits[c / 8] >> c % 8 & 1)) return 0;
                at++;
                break;
            case RE_BACKREF: {
                int from = m->groups[2 * step->a], to = m->groups[2 * step->a + 1];
                if (from < 0 || to < 0 || !same_bytes(m, from, at, to - from)) return 0;
                at += to - from;
                break;
            }
            case RE_JUMP:
                pc = step->a - 1;
                break;
            case RE_SPLIT:
                return try_both(m, step, pc, at);
            case RE_SAVE:
                return save(m, step->a, pc, at);
            case RE_ENTER:
            case RE_ITERATE:
                return loop_step(m, step, pc, at);
            case RE_ITERATED:
                if (m->loops[step->a].start == at && m->loops[step->a].iterations > 1) return 0;
                break;
            case RE_MATCH:
                return end_here(m, at);
            default:
                if (!holds(m, step->code, at)) return 0;
        }
    }
}

static void unset(struct matcher* m) {
    for (int i = 0; i < m->group_slots; i++) m->groups[i] = -1;
    for (int i = 0; i < m->program->loops; i++) m->loops[i].iterations = 0;
}

/// The leftmost match; where it begins, or -1.
static int search(struct matcher* m, size_t state_bytes) {
    for (int start = 0; start <= m->length; start++) {
        unset(m);
        run(m, 0, start);
        if (m->best < 0) continue;
        if (!m->failed) {
            memcpy(m->groups, m->best_groups, (size_t)m->group_slots * sizeof *m->groups);
            return start;
        }
        memset(m->failed, 0, state_bytes);
        m->is_second_pass = 1;
        unset(m);
        run(m, 0, start);
        return start;
    }
    return -1;
}

static void tell(const struct matcher* m, int start, int base, size_t count, regmatch_t matches[]) {
    for (size_t i = 0; i < count; i++) {
        matches[i].rm_so = matches[i].rm_eo = -1;
        if (i == 0) {
            matches[i].rm_so = base + start;
            matches[i].rm_eo = base + m->best;
        } else if (2 * i + 1 < (size_t)m->group_slots && m->groups[2 * i + 1] >= 0) {
            matches[i].rm_so = base + m->groups[2 * i];
            matches[i].rm_eo = base + m->groups[2 * i + 1];
        }
    }
}

int regexec(const regex_t* regex, const char* text, size_t count, regmatch_t matches[], int flags) {
    struct matcher m;
    memset(&m, 0, sizeof m);
    int base = flags & REG_STARTEND ? matches[0].rm_so : 0;
    m.program = regex->__program;
    m.text = text + base;
    m.length = flags & REG_STARTEND ? matches[0].rm_eo - base : (int)strlen(text);
    m.flags = flags;
    m.pattern_flags = regex->__flags;
    m.best = -1;
    m.group_slots = 2 * ((int)regex->re_nsub + 1);
    size_t state_bytes = (size_t)m.program->size * (size_t)(m.length + 1) / 8 + 1;
    m.groups = malloc(2 * (size_t)m.group_slots * sizeof *m.groups);
    m.best_groups = m.groups + m.group_slots;
    m.loops = calloc((size_t)m.program->loops + 1, sizeof *m.loops);
    if (!m.program->has_backref) m.failed = calloc(state_bytes, 1);
    int result = REG_ESPACE;
    if (m.groups && m.loops && (m.failed || m.program->has_backref)) {
        int start = search(&m, state_bytes);
        result = start < 0 ? REG_NOMATCH : REG_NOERROR;
        if (start >= 0 && !(regex->__flags & REG_NOSUB)) tell(&m, start, base, count, matches);
    }
    free(m.groups);
    free(m.loops);
    free(m.failed);
    return result;
}
