// Initialisers: designators in every order, overriding, brace elision, strings, addresses, compound literals.
#include <stddef.h>
#include <stdio.h>

struct in { int a, b[3]; const char *s; };
struct out { char tag; struct in in[2]; union { double d; int i[2]; } u; int rest[]; };

static int sparse[] = {[5] = 50, 51, [1] = 10, 11, [3] = 30, [5] = 55};
static char letters[] = "abc", exact[3] = "xyz", longer[6] = "hi", braced[] = {"in braces"};
static char rows[][4] = {"one", "two", {'t', 'h', 'r'}, "f"};
static const char *names[] = {[2] = "two", [0] = "zero"};
static struct out first = {'x', {{1, {2, 3}, "four"}, {.b = {[1] = 7, 8}, "nine"}}, {.i = {5, 6}}, {1, 2, 3}};
static struct in elided[2] = {1, 2, 3, 4, "a", 5, 6, 7, 8, "b"};
static struct in overridden = {.b = {1, 2, 3}, .b[1] = 20, .a = 1, .a = 2};
static int range[10] = {[1 ... 3] = 7, [8 ... 9] = 1};
static int matrix[2][3] = {{1}, {[2] = 6}}, flat[2][2] = {1, 2, 3};
static int *pointer = &sparse[3], *end = sparse + sizeof sparse / sizeof *sparse, **twice = &pointer;
static char *middle = letters + 1, *literal = "literal" + 3, *of_member = (char *)&first.in[1].b[2];
static size_t distance = offsetof(struct out, u.i[1]);
static long difference = (long)(&sparse[4] - &sparse[1]);
static int *compound = (int[]){1, 2, 3}, count = sizeof(int[]){1, 2, 3, 4} / sizeof(int);
static struct in *made = &(struct in){.a = 9, .s = "made"};
static int (*function)(const char *) = puts;
static int (*functions[3])(const char *) = {[1] = puts, &puts};
static double real = 1 / 3.0, negative = -0.0;
static float single = 0.1f;
static unsigned char wrapped = 300, minus = -1;
static _Bool truth = 0.5, of_address = &real;
static long from_double = -2.9, shifted = 1L << 40;
static struct { int x; struct { int y, z; }; int w; } anonymous = {1, {2, 3}, 4}, by_name = {.z = 3, .w = 4};
static union { char c[8]; long l; } joined = {"ABCDEFG"};
static struct pair { struct pair *other; int n; } a, b = {&a, 2}, a = {&b, 1};
static const int constant = 5;
static int uses = sizeof(constant) + 3;
enum { N = 3, M = N * 2 + (N > 2 ? 1 : 0) };
static int sized[M] = {[N] = N, [M - 1] = M};
static void *self = &self;
static int conditional = 1 ? 2 : 1 / 1;

struct deep { int a; struct { int b; struct { int c[2]; int d; } e[2]; } f; };

static int counter;
static int next(void) { return ++counter; }

static void show_in(const struct in *p) {
    printf("{%d %d %d %d %s}", p->a, p->b[0], p->b[1], p->b[2], p->s ? p->s : "-");
}

int main(void) {
    for (size_t i = 0; i < sizeof sparse / sizeof *sparse; i++) printf("%d ", sparse[i]);
    printf("| %zu %.3s %s %zu %zu %s\n", sizeof letters, exact, longer, sizeof braced, sizeof rows, rows[2]);
    printf("%s %s %s %zu\n", names[0], names[1] ? names[1] : "null", names[2], sizeof names);
    printf("%c ", first.tag);
    show_in(&first.in[0]), show_in(&first.in[1]), show_in(&elided[0]), show_in(&elided[1]), show_in(&overridden);
    printf(" %d %d %d\n", first.u.i[1], first.rest[2], (int)sizeof first);
    for (int i = 0; i < 10; i++) printf("%d", range[i]);
    for (int i = 0; i < 6; i++) printf(" %d", matrix[i / 3][i % 3]);
    printf(" %d %d\n", flat[1][0], flat[1][1]);
    printf("%d %d %d %s %s %d %zu %ld\n", *pointer, end[-1], **twice, middle, literal, *(int *)of_member, distance, difference);
    printf("%d %d ", compound[2], count);
    show_in(made);
    printf(" %d %d %d %d\n", function == puts, functions[0] == 0, functions[1] == functions[2], &first.in[1] > &first.in[0]);
    printf("%.17g %.17g %.9g %d %d %d %d %ld %ld\n", real, negative, single, wrapped, minus, truth, of_address, from_double, shifted);
    printf("%d %d %d %d | %d %d %d %d\n", anonymous.x, anonymous.y, anonymous.z, anonymous.w, by_name.x, by_name.y, by_name.z, by_name.w);
    printf("%c %d %d %d %d\n", joined.c[6], a.other->n, b.other->n, uses, self == &self);
    for (int i = 0; i < M; i++) printf("%d", sized[i]);
    printf(" %d\n", conditional);

    int n = 3;
    struct deep d = {n, {n + 1, {{{n + 2}, n + 3}, [1].c[1] = n + 4, n + 5}}};
    printf("%d %d %d %d %d %d %d %d\n", d.a, d.f.b, d.f.e[0].c[0], d.f.e[0].c[1], d.f.e[0].d, d.f.e[1].c[0], d.f.e[1].c[1], d.f.e[1].d);
    struct deep e = {.f = {.e[1] = d.f.e[1], .e[0].c[1] = 5, .e[0] = {.d = 77}, .b = 1}};
    printf("%d %d %d %d %d\n", e.a, e.f.b, e.f.e[0].c[0], e.f.e[0].d, e.f.e[1].d);
    int local[5] = {next(), next(), [4] = next()};
    printf("%d %d %d %d %d\n", local[0], local[1], local[2], local[3], local[4]);
    char word[8] = "word", empty[4] = "", chars[] = {'a', 'b', 0};
    printf("%s %d %d %s %zu\n", word, word[7], empty[3], chars, sizeof chars);
    struct in copy = first.in[0], list[] = {copy, first.in[1], {.a = 4}}, *p = list;
    for (size_t i = 0; i < 3; i++) show_in(p++);
    int x = 1, y = (int){x + 1}, *z = (int[2]){x, y};
    z[0] += 10;
    printf(" %d %d %d %d\n", x, y, z[0], z[1]);
    for (int i = 0; i < 3; i++) {
        int *fresh = (int[]){0, i};
        printf("%d", fresh[0]++ + fresh[1]);
    }
    struct pair pairs[2] = {{pairs + 1, 1}, {pairs, 2}};
    printf(" %d %d\n", pairs[0].other->n, pairs[1].other->n);
    int scalar = {7}, scalars[] = {{1}, {2}};
    union { int i; float f; } both = {.f = 1.5f, .i = 3};
    printf("%d %d %d\n", scalar, scalars[1], both.i);
    int zero[100] = {0}, sum = 0;
    for (int i = 0; i < 100; i++) sum += zero[i];
    printf("%d\n", sum);
    const struct in *chosen = n > 2 ? &(const struct in){.a = n} : NULL;
    show_in(chosen);
    puts("");
    return 0;
}
