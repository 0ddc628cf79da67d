// Rarer corners: members of results, flexible arrays, alloca, setjmp, builtins, alignment, scopes, typeof, _Generic.
#include <alloca.h>
#include <setjmp.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct inner { int a[4]; const char *name; };
struct outer { char c; struct inner in; union { int i; struct { short lo, hi; }; }; };
static struct outer make(int n) { return (struct outer){'m', {{n, n + 1, n + 2, n + 3}, "made"}, {.i = 0x20001}}; }
struct flexible { size_t n; struct { short x; char y; } items[]; };
static int calls;
static int once(void) { static int count = 10; return count++; }
static inline int counted(int x) { static int seen; calls += ++seen; return x; }
static int sum_alloca(int n) {
    int total = 0;
    for (int i = 1; i <= n; i++) { int *p = alloca(i * sizeof *p); for (int k = 0; k < i; k++) p[k] = k; total += p[i - 1]; }
    return total;
}
static int recursive(int n) { int a[n]; memset(a, 0, sizeof a); a[0] = n; a[n - 1] += n > 1 ? recursive(n - 1) : 0; return a[n - 1] + (n > 1 ? a[0] : 0); }
static jmp_buf where;
static void dive(int n) { char deep[n + 1]; deep[n] = n; if (n == 0) longjmp(where, 7); dive(n - 1); }
struct __attribute__((packed)) wire { char tag; uint32_t length; uint16_t port; };
struct aligned { char c; alignas(16) int x; char d; };
typedef struct { int refs; } *handle;
enum big { SMALL = -1, LARGE = 0x7fffffff }; enum huge { HUGE_ = 1ll << 40 }; enum __attribute__((packed)) tiny { T1 = 200 };
static int shadow = 1;
static int scopes(int shadow) { { int shadow = 3; { extern int calls_outside; (void)calls_outside; shadow++; } return shadow * 10; } }
int calls_outside = 5;
static int label_scope(int label) { label: if (label-- > 0) goto label; struct label { int label; } l = {label}; return l.label; }
#define NAME(x) _Generic((x), int *: "int *", const int *: "const int *", char *: "char *", const char *: "const char *", \
    int (*)(void): "function", struct inner: "inner", handle: "handle", bool: "bool", void *: "void *", default: "other")
static double average(int n, const double *v) { double s = 0; for (int i = 0; i < n; i++) s += v[i]; return n ? s / n : 0.0 / 1; }

int main(void) {
    printf("%d %s %c %d %d\n", make(5).in.a[2], make(1).in.name, make(0).c, make(3).lo, make(3).hi);
    int index = 1;
    printf("%d %zu\n", make(7).in.a[index++] + make(index).in.a[index], sizeof make(0).in);
    const struct inner *kept = &(struct inner){{1, 2, 3, 4}, "kept"};
    struct inner copy = *kept, *to = malloc(2 * sizeof copy);
    to[1] = to[0] = copy; to[1].a[3] *= 10; (*to).a[0] = -(to + 1)->a[3];
    printf("%d %d %s %d\n", to[0].a[0], to[1].a[3], to[1].name, memcmp(to, &copy, sizeof copy) != 0);
    struct flexible *f = malloc(sizeof *f + 3 * sizeof f->items[0]);
    f->n = 3; for (size_t i = 0; i < f->n; i++) f->items[i].x = i * 300, f->items[i].y = 'a' + i;
    printf("%zu %zu %d %c\n", sizeof *f, sizeof f->items[0], f->items[2].x, f->items[f->n - 1].y);
    printf("%d %d %d %d\n", once() + once() * 100, counted(1) + counted(1), calls, sum_alloca(6));
    printf("%d\n", recursive(6));
    volatile int tries = 0;
    int got = setjmp(where);
    if (tries++ < 3) dive(tries + 2);
    printf("%d %d\n", got, tries);
    struct wire w = {1, 0x01020304, 80}; unsigned char *bytes = (unsigned char *)&w;
    w.length++; uint32_t *unaligned = (uint32_t *)(void *)(bytes + 1);
    printf("%zu %d %d %x %zu %zu\n", sizeof w, bytes[1], bytes[5], *unaligned, offsetof(struct aligned, d), sizeof(struct aligned));
    printf("%zu %zu %zu %d %zu\n", sizeof(enum big), sizeof(enum huge), sizeof(enum tiny), LARGE + SMALL, alignof(struct aligned));
    printf("%d %d %d\n", scopes(shadow), label_scope(4), (int){shadow}++);
    int i = 0, *p = &i; const int ci = 1; char text[] = "text"; handle h = 0; void *v = p;
    printf("%s %s %s %s %s %s %s %s %s\n", NAME(p), NAME(&ci), NAME(text), NAME("x"), NAME(once), NAME(*kept), NAME(h), NAME((bool)1), NAME(1 ? p : v));
    typeof(i) ti = 3; typeof(int[3]) ta = {1, 2, 3}; typeof(&ta) tp = &ta; typeof(once()) tr = 4; __typeof__(ti + 1.0) td = 2.5;
    printf("%d %d %d %g %zu\n", ti + ta[2], (*tp)[1], tr, td, sizeof(typeof(ta)));
    printf("%d %d %d %d %d\n", __builtin_clz(1), __builtin_ctzll(1ull << 40), __builtin_popcount(0xff0f), __builtin_expect(5, 1), __builtin_ffs(8));
    printf("%x %llx %d\n", __builtin_bswap32(0x11223344), (unsigned long long)__builtin_bswap64(0x1122334455667788), __builtin_constant_p(3));
    int r, over = __builtin_add_overflow(2147483647, 1, &r); printf("%d %d ", over, r); over = __builtin_mul_overflow(3, 4, &r); printf("%d %d\n", over, r);
    printf("%d %d %d\n", __sync_fetch_and_add(&i, 5), __atomic_load_n(&i, __ATOMIC_SEQ_CST), __sync_bool_compare_and_swap(&i, 5, 9) + i);
    printf("%g %g %.10g %d\n", average(3, (double[]){1, 2, 4}), average(0, 0), 1e15 + 0.3, (int)(0.1 + 0.2 == 0.3));
    printf("%s %c %d\n", "con" "cat" /**/ "enated", "index"[2], *("abc" + 1) == 1["abc"]);
    int matrix[3][4] = {{0}}, (*row)[4] = matrix, *flat = *matrix; row[1][2] = 5; flat[11] = 6; (*(row + 2))[0] = 7;
    printf("%d %d %d %ld %ld\n", matrix[1][2], *(*(matrix + 2) + 3), matrix[2][0], (long)(&matrix[2] - row), (long)(&matrix[2][1] - &matrix[0][0]));
    char *s = text, *e = text + 4; while (s < e) { char t = *s; *s++ = *--e; *e = t; } printf("%s\n", text);
    unsigned n = 5; while (n-- > 0) if (n == 2) continue; else printf("%u", n); printf(" %u\n", n);
    for (struct { int i; double d; } it = {0, 1.5}; it.i < 3; it.i++, it.d *= 2) printf("%g ", it.d);
    int x = 5, y = (x > 3, x < 3) ? 1 : x == 5 ? x += 2, x * 2 : 0; printf("%d %d\n", x, y);
    long big = 0x7fffffffffffffff; big += 1.0; printf("%d\n", (unsigned long)-1 > (unsigned long)big);
    bool flags[3] = {0.1, 2, 0}; flags[2] = !flags[0] || &flags[1]; printf("%d%d%d\n", flags[0], flags[1], flags[2] == true);
    signed char sc = 127; sc++; unsigned char uc = sc; uint64_t wide = sc; printf("%d %d %llx %d\n", sc, uc, (unsigned long long)wide, sc == uc);
    void (*nothing)(void) = 0; printf("%d %d\n", !nothing, nothing == NULL);
    int *null = NULL; printf("%d %zu %d\n", null == 0, sizeof *null, sizeof(int[sizeof(char[7])]) == 28);
    free(to); free(f);
    return (calls_outside, 42);
}
