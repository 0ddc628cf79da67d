// Functions: pointers, records by value, variadic calls, old style, recursion, order of arguments, statement expressions.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct small { char c; }; struct odd { char c[3]; }; struct two { long a; double b; }; struct large { int v[20]; }; struct none { };
union either { int i; double d; };

static struct small small(char c) { return (struct small){c}; }
static struct odd odd(char a, char b, char c) { struct odd o = {{a, b, c}}; return o; }
static struct two swap(struct two t) { double d = t.a; t.a = t.b; t.b = d; return t; }
static struct large grow(struct large l, struct odd o, int by) { for (int i = 0; i < 20; i++) l.v[i] += by + o.c[i % 3]; return l; }
static union either make_either(double d) { return (union either){.d = d}; }
static struct none nothing(struct none n) { return n; }
static double mixed(char a, double b, float c, struct small d, long e, struct two f, unsigned char g, struct large h, short i, double *j) {
    return a + b * c - d.c + e / f.b + f.a + g + h.v[19] + i + *j;
}
union narrow { int i; const char *s; unsigned short *a; };
static int sum(int n, ...) {
    va_list ap, copy;
    va_start(ap, n);
    va_copy(copy, ap);
    int s = 0;
    for (int i = 0; i < n; i++) s += va_arg(ap, int);
    for (int i = 0; i < n; i++) s += 100 * va_arg(copy, int);
    va_end(ap);
    va_end(copy);
    return s;
}
static void vshow(const char *kinds, va_list ap) {
    for (; *kinds; kinds++) switch (*kinds) {
        case 'i': printf("%d ", va_arg(ap, int)); break;
        case 'l': printf("%ld ", va_arg(ap, long)); break;
        case 'd': printf("%g ", va_arg(ap, double)); break;
        case 's': printf("%s ", va_arg(ap, char *)); break;
        case 't': { struct two t = va_arg(ap, struct two); printf("{%ld %g} ", t.a, t.b); break; }
        case 'o': printf("%.3s ", va_arg(ap, struct odd).c); break;
        case 'L': printf("%d ", va_arg(ap, struct large).v[7]); break;
        case 'n': { union narrow n = va_arg(ap, union narrow); printf("%d ", n.i); break; }
        case 'f': printf("%d ", va_arg(ap, int (*)(int))(20)); break;
    }
}
static void show(const char *kinds, ...) { va_list ap; va_start(ap, kinds); vshow(kinds, ap); va_end(ap); puts(""); }
static int old(a, b, c, d) char a; float b; short c; char *d; { return a + (int)(b * 10) + c + strlen(d); }
static int old_int(x) { return x + 1; }
int undeclared_args();
static int twice(int x) { return x * 2; }
static int thrice(int x) { return x * 3; }
typedef int unary(int);
typedef unary *unary_pointer;
static unary_pointer pick(int n) { return n & 1 ? twice : &thrice; }
static int (*pick_again(int n))(int) { return pick(n); }
static unary *(*pickers[])(int) = {pick, pick_again};
static int apply(int f(int), int x) { return (*f)(x) + (**f)(x) + f(x); }
static int (*(*through(int n))[2])(int) { static int (*both[2])(int); both[0] = pick(n); both[1] = pick(n + 1); return &both; }
static int ackermann(int m, int n) { return m == 0 ? n + 1 : n == 0 ? ackermann(m - 1, 1) : ackermann(m - 1, ackermann(m, n - 1)); }
static int is_odd(unsigned n);
static int is_even(unsigned n) { return n == 0 || is_odd(n - 1); }
static int is_odd(unsigned n) { return n != 0 && is_even(n - 1); }
static int trace(int x) { printf("<%d>", x); return x; }
static int *slot(int *p) { printf("[s]"); return p; }
static int compare(const void *a, const void *b) { const int *x = a, *y = b; return (*x > *y) - (*x < *y); }
static int first_of(int a[static 3], const int b[const]) { return a[0] + b[0] + (int)(sizeof a == sizeof b); }
static inline int square(int x) { return x * x; }
static _Noreturn void leave(int status) { exit(status); }
static void nothing_returned(void) { return (void)0; }
#define MAX(a, b) ({ typeof(a) a_ = (a); typeof(b) b_ = (b); a_ > b_ ? a_ : b_; })
#define SWAP(a, b) do { typeof(a) t_ = a; a = b; b = t_; } while (0)

int main(int argc, char **argv) {
    struct large l = {{1, 2, 3}}; struct two t = {5, 2.5}; double d = 0.25;
    printf("%c %.3s %ld %g %d %d\n", small('q').c, odd('a', 'b', 'c').c, swap(t).a, swap(swap(t)).b, grow(grow(l, odd(1, 2, 3), 10), odd(0, 0, 1), 1).v[2], l.v[2]);
    printf("%g %zu %g\n", make_either(2.5).d, sizeof(nothing((struct none){})), mixed(1, 2.5, 1.5f, small(2), 100, swap(t), 255, grow(l, odd(1, 1, 1), 2), -3, &d));
    printf("%d %d\n", sum(3, 1, 2, 3), sum(0));
    show("ildstoLfi", 'x', 1L << 40, 1.5f, "str", t, odd('x', 'y', 'z'), grow(l, odd(1, 1, 1), 7), twice, (short)-7);
    show("nisnt", (union narrow){.i = -5}, (union narrow){.i = 6}, (union narrow){.s = "in a union"}, (union narrow){.i = 8}, t);
    show("dddddddddd", 1., 2., 3., 4., 5., 6., 7., 8., 9., 10.);
    show("iiiiiiiiiits", 1, 2, 3, 4, 5, 6, 7, 8, 9, (unsigned char)10, swap(t), "end");
    printf("%d %d %d %d\n", old('a', 1.25, 70000, "four"), old_int(41), undeclared_args(1, 2), ((int (*)())twice)(4));
    printf("%d %d %d %d %d\n", pick(1)(5), (*pick(0))(5), pickers[1](3)(7), (***pickers[0](2))(1), apply(pick(0), 2));
    printf("%d %d %d\n", (*through(1))[0](10), (*(*through(1))[1])(10), ackermann(2, 3));
    printf("%d %d\n", is_even(101), is_odd(101));
    int a[3] = {0}, i = 0;
    *slot(a) = trace(1) + trace(2) * trace(3);
    a[trace(1)] += trace(4); printf("%d %d ", a[0], a[1]);
    printf("%d ", (trace(0) && trace(1)) || trace(2)); printf("%d ", trace(1) ? trace(5) : trace(6)); printf("%d\n", (trace(7), trace(8)));
    int numbers[] = {5, -3, 99, 0, 7, 7, -100};
    qsort(numbers, 7, sizeof *numbers, compare);
    for (i = 0; i < 7; i++) printf("%d ", numbers[i]);
    int key = 7; printf("%d\n", *(int *)bsearch(&key, numbers, 7, sizeof key, compare));
    printf("%d %d %d\n", first_of(a, (int[]){4}), square(square(2)), MAX(square(3), MAX(3, 10)));
    double x = 1, y = 2; SWAP(x, y); printf("%g %g\n", x, y);
    printf("%d %d\n", ({ int s = 0; for (int k = 0; k < 4; k++) s += k; s; }), ({ struct two u = t; u.a++; u; }).a == 6);
    int base = 10, *p = &base; char buffer[32]; snprintf(buffer, sizeof buffer, "%d", ({ (*p)++; base * 2; }) + twice(({ base; })));
    printf("%s %d\n", buffer, argc && argv[argc] == NULL);
    struct { unary *f; struct { unary_pointer g[2]; } in; } table = {twice, {{thrice, pick(1)}}}, *pt = &table;
    printf("%d %d %d %d\n", table.f(1), pt->in.g[0](1), (*pt->in.g[1])(1), pt->f == *&table.f);
    void *hidden = (void *)(uintptr_t)thrice; printf("%d\n", ((unary *)hidden)(3));
    nothing_returned(); (void)trace(9);
    atexit(nothing_returned);
    leave(3);
}
int undeclared_args(int a, int b) { return a * 10 + b; }
