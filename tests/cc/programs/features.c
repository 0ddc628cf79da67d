// A feature of each kind that programs use.
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#define STR(x) #x
#define CAT(a, b) a##b
#define VAR(fmt, ...) printf(fmt, ##__VA_ARGS__)
#define VAR2(...) printf(__VA_ARGS__)
#define TYPE(x) _Generic((x), int : "int", double : "double", char * : "char*", default : "other")
typedef int (*fn)(int);
static int twice(int x) { return 2 * x; }
static fn pick(int i) { return i ? twice : NULL; }
static int (*pick2(void))(int) { return twice; }
struct flex {
    int n;
    char data[];
};
struct bits {
    unsigned a : 3;
    int b : 5;
    unsigned : 0;
    unsigned c : 1;
};
union u {
    int i;
    unsigned char c[4];
};
enum e { E0, E1 = 5, E2 };
static int sum(int n, ...) {
    va_list ap, aq;
    va_start(ap, n);
    va_copy(aq, ap);
    int s = 0;
    while (n--) s += va_arg(ap, int);
    s += va_arg(aq, int);
    va_end(ap);
    va_end(aq);
    return s;
}
static int fact(int n) { return n < 2 ? 1 : n * fact(n - 1); }
struct pt {
    int x, y;
};
static struct pt mk(int x) { return (struct pt){x, x + 1}; }
static int vla(int n, int m, int a[n][m]) {
    int t = 0;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < m; j++) t += a[i][j];
    return t + (int)sizeof(a[0]);
}
static inline int inl(int x) { return x + 1; }
_Atomic int at;
_Alignas(32) char al[3];
_Static_assert(sizeof(int) == 4, "int");
static jmp_buf jb;
volatile sig_atomic_t flag;
int main(int argc, char *argv[], char *envp[]) {
    (void)argv;
    (void)envp;
    register int r = 3;
    goto skip;
skip:
    printf("%s %d %s %s\n", STR(a b), CAT(1, 2), TYPE(1.0), TYPE("x"));
    VAR("va\n");
    VAR("va %d\n", 3);
    VAR2("%d\n", 4);
    printf("%d %d\n", pick(1)(3), pick2()(4));
    struct flex *f = malloc(sizeof *f + 4);
    f->n = 2;
    f->data[3] = 'x';
    struct bits b = {7, -3, 1};
    printf("%u %d %u %zu\n", b.a, b.b, b.c, sizeof b);
    union u u = {.i = 0x01020304};
    printf("%d\n", u.c[0]);
    printf("%d\n", sum(3, 1, 2, 3));
    printf("%d\n", fact(10));
    struct pt p = mk(3), q = p;
    q.x++;
    printf("%d %d %d\n", p.x, q.x, q.y);
    int n = argc + 1;
    int a[n][3];
    for (int i = 0; i < n; i++)
        for (int j = 0; j < 3; j++) a[i][j] = i * j;
    printf("%d %zu\n", vla(n, 3, a), sizeof a);
    at++;
    atomic_fetch_add(&at, 5);
    printf("%d %d\n", at, (int)((size_t)al % 32));
    typeof(n) k = ({
        int z = n;
        z * 2;
    });
    printf("%d\n", k);
    if (setjmp(jb) == 0)
        longjmp(jb, 1);
    else
        puts("jumped");
    int m[2][2] = {{1, 2}, [1] = {3, 4}};
    printf("%d\n", m[1][0]);
    switch (r) {
        case 1 ... 3:
            puts("range");
            break;
        default:;
    }
    struct {
        int a;
        struct {
            int b;
        };
    } anon = {1, {2}};
    printf("%d %d\n", anon.b, inl(2));
    printf("%zu %zu\n", _Alignof(double), offsetof(struct pt, y));
    bool bb = 5;
    _Bool cc = 0.2;
    printf("%d%d\n", bb, cc);
    long long ll = 1LL << 40;
    printf("%lld %f %g\n", ll, 1.5f, 2.5);
    int x = (1, 2);
    do {
        x--;
    } while (x > 0);
    printf("%d\n", x);
    printf("%s\n", __func__);
    enum e e = E2;
    printf("%d\n", e);
    char *s =
        "ab"
        "cd";
    printf("%s %c\n", s, s[1]);
    int *pp = &x, **ppp = &pp;
    **ppp = 4;
    printf("%d\n", x);
    return 0;
}
