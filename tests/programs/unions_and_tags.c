/* Values that know what they are: a tagged union, passed and returned by value, printed by a switch. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum tag { NOTHING, INTEGER, REAL, TEXT, LIST };
struct value {
    enum tag tag;
    union {
        long integer;
        double real;
        char text[16];
        struct {
            const struct value *items;
            int count;
        } list;
    };
};

static struct value integer(long i) { return (struct value){.tag = INTEGER, .integer = i}; }
static struct value real(double r) { return (struct value){.tag = REAL, .real = r}; }
static struct value text(const char *t) {
    struct value v = {.tag = TEXT};
    strncpy(v.text, t, sizeof v.text - 1);
    return v;
}
static struct value sum(struct value a, struct value b) {
    if (a.tag == INTEGER && b.tag == INTEGER) return integer(a.integer + b.integer);
    if (a.tag == TEXT && b.tag == TEXT) return text(strcat(a.text, b.text));
    if (a.tag <= REAL && b.tag <= REAL && a.tag && b.tag)
        return real((a.tag == REAL ? a.real : (double)a.integer) + (b.tag == REAL ? b.real : (double)b.integer));
    return (struct value){0};
}

static void print(const struct value *v) {
    switch (v->tag) {
        case NOTHING: printf("nothing"); break;
        case INTEGER: printf("%ld", v->integer); break;
        case REAL: printf("%g", v->real); break;
        case TEXT: printf("\"%s\"", v->text); break;
        case LIST:
            for (int i = 0; i < v->list.count; i++) {
                printf(i ? ", " : "[");
                print(&v->list.items[i]);
            }
            printf("]");
    }
}

int main(void) {
    struct value inner[] = {integer(1), real(2.5), text("three")};
    struct value items[] = {sum(inner[0], inner[0]), sum(inner[0], inner[1]), sum(inner[2], inner[2]), sum(inner[0], inner[2]),
                            {.tag = LIST, .list = {inner, 3}}};
    struct value all = {.tag = LIST, .list = {items, sizeof items / sizeof *items}}, copy = all;
    print(&copy);
    printf("\n%zu %d\n", sizeof(struct value), memcmp(&all, &copy, sizeof all) == 0);
    return 0;
}
