// Patterns: a tree by recursive descent (POSIX, XBD 9.5), and from it the program. Where POSIX leaves something open,
// glibc decides: its escapes \w \b \< \+ ..., which operators are ordinary characters where, and which error is told.
//
//   alternation    concatenation { | concatenation }       in basic expressions: \|
//   concatenation  { piece { * | + | ? | {m,n} } }         \+ \? \{m,n\}
//   piece          ( alternation ) | [...] | . | ^ | $ | \n | character
#include <bits/regex_program.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_REPEATS = 0x7fff, MOST_INSTRUCTIONS = 1 << 20, MOST_DEPTH = 500 };

enum node_kind { EMPTY, LEAF, GROUP, CONCATENATION, ALTERNATION, REPETITION };

struct node {
    enum node_kind kind;
    struct __regex_instruction leaf;
    int number;    // of a group
    int min, max;  // of a repetition; max -1: without end
    struct node *left, *right;
    struct node* next_made;
};

struct parser {
    const char *at, *begin;
    int flags;
    int error;
    int depth;
    int groups;           // opened so far
    unsigned int closed;  // those of 1 to 9 that a back-reference may name
    struct node* made;    // all of them
    struct __regex_program* program;
};

static struct node* fail(struct parser* p, int error) {
    if (!p->error) p->error = error;
    return 0;
}

static struct node* make(struct parser* p, enum node_kind kind, struct node* left, struct node* right) {
    struct node* node = p->error ? 0 : calloc(1, sizeof *node);
    if (!node) return fail(p, REG_ESPACE);
    node->kind = kind;
    node->left = left;
    node->right = right;
    node->next_made = p->made;
    p->made = node;
    return node;
}

static struct node* leaf(struct parser* p, enum __regex_code code, int a) {
    struct node* node = make(p, LEAF, 0, 0);
    if (node) {
        node->leaf.code = code;
        node->leaf.a = a;
    }
    return node;
}

static int is_extended(const struct parser* p) {
    return p->flags & REG_EXTENDED;
}

/// Whether the operator `c` stands here: itself in extended expressions, behind a backslash in basic ones.
static int at_operator(const struct parser* p, char c) {
    return is_extended(p) ? *p->at == c : p->at[0] == '\\' && p->at[1] == c;
}

static void skip_operator(struct parser* p) {
    p->at += is_extended(p) ? 1 : 2;
}

// ---- Sets

static void add(struct __regex_set* set, int c, int flags) {
    set->bits[c / 8] |= (unsigned char)(1 << c % 8);
    if (flags & REG_ICASE) {
        set->bits[tolower(c) / 8] |= (unsigned char)(1 << tolower(c) % 8);
        set->bits[toupper(c) / 8] |= (unsigned char)(1 << toupper(c) % 8);
    }
}

static int add_class(struct __regex_set* set, const char* name, size_t length, int flags) {
    static const struct {
        const char* name;
        int (*holds)(int);
    } classes[] = {
        {"alnum", isalnum}, {"alpha", isalpha}, {"blank", isblank}, {"cntrl", iscntrl},
        {"digit", isdigit}, {"graph", isgraph}, {"lower", islower}, {"print", isprint},
        {"punct", ispunct}, {"space", isspace}, {"upper", isupper}, {"xdigit", isxdigit},
    };
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        if (strlen(classes[i].name) != length || strncmp(classes[i].name, name, length) != 0) continue;
        for (int c = 0; c < 256; c++)
            if (classes[i].holds(c)) add(set, c, flags);
        return 1;
    }
    return 0;
}

static struct node* finish_set(struct parser* p, struct __regex_set* set, int negated) {
    struct __regex_program* program = p->program;
    if (negated) {
        for (int i = 0; i < 32; i++) set->bits[i] = (unsigned char)~set->bits[i];
        if (p->flags & REG_NEWLINE) set->bits['\n' / 8] &= (unsigned char)~(1 << '\n' % 8);
    }
    set->bits[0] &= 0xfe;  // the end of the text is no character
    if (program->set_count == program->set_room) {
        int room = program->set_room ? 2 * program->set_room : 4;
        struct __regex_set* sets = realloc(program->sets, (size_t)room * sizeof *sets);
        if (!sets) return fail(p, REG_ESPACE);
        program->sets = sets;
        program->set_room = room;
    }
    program->sets[program->set_count] = *set;
    return leaf(p, RE_SET, program->set_count++);
}

/// An end of a range: a character, [.x.] or [=x=].
static int set_character(struct parser* p) {
    if (p->at[0] == '[' && (p->at[1] == '.' || p->at[1] == '=')) {
        char kind = p->at[1];
        const char* close = p->at + 2;
        while (*close && !(close[0] == kind && close[1] == ']')) close++;
        if (!*close) return fail(p, REG_EBRACK), 0;
        if (close != p->at + 3) return fail(p, REG_ECOLLATE), 0;
        int c = (unsigned char)p->at[2];
        p->at = close + 2;
        return c;
    }
    return (unsigned char)*p->at++;
}

static struct node* parse_set(struct parser* p) {
    struct __regex_set set;
    memset(&set, 0, sizeof set);
    int negated = *p->at == '^';
    p->at += negated;
    const char* first = p->at;
    if (!*first) return fail(p, REG_BADPAT);
    for (; *p->at != ']' || p->at == first;) {
        if (!*p->at) return fail(p, REG_EBRACK);
        if (p->at[0] == '[' && p->at[1] == ':') {
            const char* name = p->at + 2;
            const char* close = strstr(name, ":]");
            if (!close) return fail(p, REG_EBRACK);
            if (!add_class(&set, name, (size_t)(close - name), p->flags)) return fail(p, REG_ECTYPE);
            p->at = close + 2;
            continue;
        }
        int low = set_character(p), high = low;
        if (p->error) return 0;
        if (p->at[0] == '-' && p->at[1] && p->at[1] != ']') {
            p->at++;
            high = set_character(p);
            if (p->error) return 0;
            // [a-c-e]: what ends a range begins none
            if (high < low || (p->at[0] == '-' && p->at[1] != ']')) return fail(p, REG_ERANGE);
        }
        for (int c = low; c <= high; c++) add(&set, c, p->flags);
    }
    p->at++;
    return finish_set(p, &set, negated);
}

static struct node* set_of_class(struct parser* p, const char* name, const char* also, int negated) {
    struct __regex_set set;
    memset(&set, 0, sizeof set);
    add_class(&set, name, strlen(name), p->flags);
    for (; *also; also++) add(&set, *also, p->flags);
    return finish_set(p, &set, negated);
}

static struct node* character(struct parser* p, int c) {
    if ((p->flags & REG_ICASE) && tolower(c) != toupper(c)) {
        struct __regex_set set;
        memset(&set, 0, sizeof set);
        add(&set, c, p->flags);
        return finish_set(p, &set, 0);
    }
    return leaf(p, RE_CHAR, c);
}

// ---- Expressions

static struct node* parse_alternation(struct parser* p);

static struct node* parse_group(struct parser* p) {
    int number = ++p->groups;
    if (++p->depth > MOST_DEPTH) return fail(p, REG_ESPACE);
    struct node* inside = parse_alternation(p);
    p->depth--;
    if (p->error) return 0;
    if (!at_operator(p, ')')) return fail(p, REG_EPAREN);
    skip_operator(p);
    if (number < 10) p->closed |= 1u << number;
    struct node* node = make(p, GROUP, inside, 0);
    if (node) node->number = number;
    return node;
}

static struct node* parse_escape(struct parser* p) {
    int c = (unsigned char)p->at[1];
    if (!c) return fail(p, REG_EESCAPE);
    p->at += 2;
    switch (c) {
        case 'w':
            return set_of_class(p, "alnum", "_", 0);
        case 'W':
            return set_of_class(p, "alnum", "_", 1);
        case 's':
            return set_of_class(p, "space", "", 0);
        case 'S':
            return set_of_class(p, "space", "", 1);
        case 'b':
            return leaf(p, RE_WORD_EDGE, 0);
        case 'B':
            return leaf(p, RE_NOT_WORD_EDGE, 0);
        case '<':
            return leaf(p, RE_WORD_BEGIN, 0);
        case '>':
            return leaf(p, RE_WORD_END, 0);
        case '`':
            return leaf(p, RE_TEXT_BEGIN, 0);
        case '\'':
            return leaf(p, RE_TEXT_END, 0);
    }
    if (c >= '1' && c <= '9') {
        if (!(p->closed >> (c - '0') & 1)) return fail(p, REG_ESUBREG);
        p->program->has_backref = 1;
        return leaf(p, RE_BACKREF, c - '0');
    }
    return character(p, c);
}

static int is_anchor_end(const struct parser* p) {
    const char* next = p->at + 1;
    return is_extended(p) || !*next || (next[0] == '\\' && (next[1] == ')' || next[1] == '|'));
}

static int repeats_here(const struct parser* p) {
    return *p->at == '*' || at_operator(p, '+') || at_operator(p, '?') || at_operator(p, '{');
}

/// One piece. `is_first`: nothing stands before it in its alternative.
static struct node* parse_piece(struct parser* p, int is_first) {
    // An operator with nothing to repeat is an error in extended expressions, an ordinary character in basic ones.
    if (repeats_here(p) && (is_extended(p) || at_operator(p, '{'))) return fail(p, REG_BADRPT);
    if (at_operator(p, '(')) {
        skip_operator(p);
        return parse_group(p);
    }
    if (!is_extended(p) && at_operator(p, ')') && p->depth == 0) return fail(p, REG_EPAREN);
    switch (*p->at) {
        case '[':
            p->at++;
            return parse_set(p);
        case '.':
            p->at++;
            return leaf(p, RE_ANY, 0);
        case '\\':
            return parse_escape(p);
        case '^':
            if (!is_extended(p) && !is_first) break;
            p->at++;
            return leaf(p, RE_LINE_BEGIN, 0);
        case '$':
            if (!is_anchor_end(p)) break;
            p->at++;
            return leaf(p, RE_LINE_END, 0);
    }
    return character(p, (unsigned char)*p->at++);
}

static int parse_number(struct parser* p) {
    int number = -1;
    for (; isdigit((unsigned char)*p->at); p->at++) {
        number = (number < 0 ? 0 : number) * 10 + (*p->at - '0');
        if (number > MOST_REPEATS) number = MOST_REPEATS + 1;
    }
    return number;
}

static struct node* parse_interval(struct parser* p, struct node* what) {
    int min = parse_number(p), max = min;
    if (*p->at == ',') {
        p->at++;
        max = parse_number(p);
        if (min < 0) min = 0;
    } else if (min < 0) {
        return fail(p, *p->at ? REG_BADBR : REG_EBRACE);
    }
    if (!at_operator(p, '}')) return fail(p, *p->at ? REG_BADBR : REG_EBRACE);
    skip_operator(p);
    if (max >= 0 && min > max) return fail(p, REG_BADBR);
    if (min > MOST_REPEATS || max > MOST_REPEATS) return fail(p, REG_ESIZE);
    struct node* node = make(p, REPETITION, what, 0);
    if (node) {
        node->min = min;
        node->max = max;
    }
    return node;
}

static struct node* parse_repeats(struct parser* p, struct node* node) {
    while (node && !p->error && repeats_here(p)) {
        if (at_operator(p, '{')) {
            skip_operator(p);
            node = parse_interval(p, node);
            continue;
        }
        int is_plus = at_operator(p, '+'), is_star = *p->at == '*';
        if (is_star)
            p->at++;
        else
            skip_operator(p);
        node = make(p, REPETITION, node, 0);
        if (!node) return 0;
        node->min = is_plus;
        node->max = is_plus || is_star ? -1 : 1;
    }
    return node;
}

static int is_assertion(const struct node* node) {
    return node->kind == LEAF && node->leaf.code >= RE_LINE_BEGIN;
}

static struct node* parse_concatenation(struct parser* p) {
    struct node* all = 0;
    int is_first = 1;
    while (!p->error && *p->at && !at_operator(p, '|') && !(at_operator(p, ')') && p->depth > 0)) {
        struct node* piece = parse_piece(p, is_first);
        if (!piece) return 0;
        // glibc: an anchor is not repeated; what follows it stands as at the beginning.
        is_first = is_assertion(piece) && is_first;
        if (!is_assertion(piece))
            piece = parse_repeats(p, piece);
        else if (!is_extended(p) && *p->at == '*') {
            struct node* star = character(p, '*');
            p->at++;
            piece = make(p, CONCATENATION, piece, parse_repeats(p, star));
            is_first = 0;
        }
        all = all ? make(p, CONCATENATION, all, piece) : piece;
    }
    return all ? all : make(p, EMPTY, 0, 0);
}

static struct node* parse_alternation(struct parser* p) {
    struct node* node = parse_concatenation(p);
    while (!p->error && at_operator(p, '|')) {
        skip_operator(p);
        node = make(p, ALTERNATION, node, parse_concatenation(p));
    }
    return node;
}

// ---- The program

static int emit(struct parser* p, enum __regex_code code, int a, int b) {
    struct __regex_program* program = p->program;
    if (program->size == program->room) {
        int room = program->room ? 2 * program->room : 16;
        struct __regex_instruction* all =
            room > MOST_INSTRUCTIONS ? 0 : realloc(program->code, (size_t)room * sizeof *all);
        if (!all) {
            fail(p, REG_ESPACE);
            return 0;
        }
        program->code = all;
        program->room = room;
    }
    program->code[program->size].code = code;
    program->code[program->size].a = a;
    program->code[program->size].b = b;
    return program->size++;
}

static void emit_node(struct parser* p, const struct node* node);

/// Another iteration, or not; `behind` iterations have been made before.
static void emit_loop(struct parser* p, const struct node* what, int behind, int is_once) {
    int loop = p->program->loops++;
    emit(p, RE_ENTER, loop, behind);
    int split = emit(p, RE_SPLIT, 0, 0);
    int body = emit(p, RE_ITERATE, loop, 0);
    if (p->error) return;
    p->program->code[split].a = body;
    emit_node(p, what);
    emit(p, RE_ITERATED, loop, 0);
    if (!is_once) emit(p, RE_JUMP, split, 0);
    if (!p->error) p->program->code[split].b = p->program->size;
}

static void emit_repetition(struct parser* p, const struct node* node) {
    for (int i = 0; i < node->min && !p->error; i++) emit_node(p, node->left);
    if (p->error) return;
    if (node->max < 0) return emit_loop(p, node->left, node->min > 0, 0);
    // x{2,4} is xx(x(x)?)?, where the inner one is tried only after the outer one: a split before each goes to the end.
    int first = p->program->size, count = node->max - node->min;
    for (int i = 0; i < count && !p->error; i++) {
        int loop = p->program->loops++;
        emit(p, RE_ENTER, loop, node->min + i > 0);
        int split = emit(p, RE_SPLIT, 0, -1);
        int body = emit(p, RE_ITERATE, loop, 0);
        if (p->error) return;
        p->program->code[split].a = body;
        emit_node(p, node->left);
        emit(p, RE_ITERATED, loop, 0);
    }
    for (int i = first; i < p->program->size && !p->error; i++)
        if (p->program->code[i].code == RE_SPLIT && p->program->code[i].b == -1)
            p->program->code[i].b = p->program->size;
}

static void emit_node(struct parser* p, const struct node* node) {
    if (p->error || !node) return;
    switch (node->kind) {
        case EMPTY:
            return;
        case LEAF:
            emit(p, node->leaf.code, node->leaf.a, 0);
            return;
        case GROUP:
            emit(p, RE_SAVE, 2 * node->number, 0);
            emit_node(p, node->left);
            emit(p, RE_SAVE, 2 * node->number + 1, 0);
            return;
        case CONCATENATION:
            emit_node(p, node->left);
            emit_node(p, node->right);
            return;
        case ALTERNATION: {
            int split = emit(p, RE_SPLIT, 0, 0);
            if (p->error) return;
            p->program->code[split].a = p->program->size;
            emit_node(p, node->left);
            int jump = emit(p, RE_JUMP, 0, 0);
            if (p->error) return;
            p->program->code[split].b = p->program->size;
            emit_node(p, node->right);
            if (!p->error) p->program->code[jump].a = p->program->size;
            return;
        }
        case REPETITION:
            return emit_repetition(p, node);
    }
}

int regcomp(regex_t* regex, const char* pattern, int flags) {
    struct parser parser;
    memset(&parser, 0, sizeof parser);
    parser.at = parser.begin = pattern;
    parser.flags = flags;
    parser.program = calloc(1, sizeof *parser.program);
    if (!parser.program) return REG_ESPACE;
    regex->__program = parser.program;
    regex->__flags = flags;
    struct node* tree = parse_alternation(&parser);
    emit_node(&parser, tree);
    emit(&parser, RE_MATCH, 0, 0);
    regex->re_nsub = (size_t)parser.groups;
    while (parser.made) {
        struct node* next = parser.made->next_made;
        free(parser.made);
        parser.made = next;
    }
    if (parser.error) regfree(regex);
    return parser.error;
}

void regfree(regex_t* regex) {
    if (!regex->__program) return;
    free(regex->__program->code);
    free(regex->__program->sets);
    free(regex->__program);
    regex->__program = 0;
}

size_t regerror(int code, const regex_t* regex, char* text, size_t size) {
    static const char* const messages[] = {
        "Success",
        "No match",
        "Invalid regular expression",
        "Invalid collation character",
        "Invalid character class name",
        "Trailing backslash",
        "Invalid back reference",
        "Unmatched [, [^, [:, [., or [=",
        "Unmatched ( or \\(",
        "Unmatched \\{",
        "Invalid content of \\{\\}",
        "Invalid range end",
        "Memory exhausted",
        "Invalid preceding regular expression",
        "Premature end of regular expression",
        "Regular expression too big",
        "Unmatched ) or \\)",
    };
    (void)regex;
    if (code < 0 || code > REG_ERPAREN) abort();  // as glibc does
    size_t bytes = strlen(messages[code]) + 1;
    if (size > 0) {
        size_t copied = bytes < size ? bytes : size;
        memcpy(text, messages[code], copied);
        text[copied - 1] = 0;
    }
    return bytes;
}
