/* Comments are taken out of C text by a state machine whose states are functions. */
#include <stdio.h>

struct machine;
typedef void state(struct machine *machine, char c);

struct machine {
    state *now;
    char quote;
    int removed;
};

static state code, slash, line_comment, block_comment, star, quoted, escaped;

static void code(struct machine *m, char c) {
    if (c == '/') {
        m->now = slash;
        return;
    }
    if (c == '"' || c == '\'') {
        m->quote = c;
        m->now = quoted;
    }
    putchar(c);
}
static void slash(struct machine *m, char c) {
    if (c == '*' || c == '/') {
        m->removed++;
        m->now = c == '*' ? block_comment : line_comment;
        return;
    }
    putchar('/');
    m->now = code;
    code(m, c);
}
static void line_comment(struct machine *m, char c) {
    if (c != '\n') return;
    putchar(c);
    m->now = code;
}
static void block_comment(struct machine *m, char c) {
    if (c == '*') m->now = star;
}
static void star(struct machine *m, char c) {
    if (c == '*') return;
    m->now = c == '/' ? code : block_comment;
    if (c == '/') putchar(' ');
}
static void quoted(struct machine *m, char c) {
    putchar(c);
    if (c == '\\') m->now = escaped;
    if (c == m->quote) m->now = code;
}
static void escaped(struct machine *m, char c) {
    putchar(c);
    m->now = quoted;
}

int main(void) {
    static const char source[] =
        "int a = 4 / 2; /* four ** */ char *s = \"no /* comment */ \\\" here\"; // end\n"
        "char c = '\"'; /* over\n two lines */ int b = a / b;\n";
    struct machine machine = {code, 0, 0};
    for (const char *at = source; *at; at++) machine.now(&machine, *at);
    printf("%d comments\n", machine.removed);
    return 0;
}
