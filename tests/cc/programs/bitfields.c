// Bit-fields: layout, promotion, assignment values, packed ones that cross bytes.
#include <stdio.h>
#include <string.h>

struct a { unsigned f0 : 3; int f1 : 7; unsigned long f2 : 35; signed char f3 : 4; _Bool f4 : 1; };
struct b { char c; int x : 9; int y : 9; int z : 9; short s : 3; };
struct c { int a : 5; int : 0; int b : 5; char : 3; char d : 2; };
struct d { long long x : 64; unsigned long long y : 63; };
union u { int i; int b : 4; unsigned char c : 3; };
#pragma pack(push, 1)
struct p { char c; unsigned x : 13; unsigned y : 30; int z : 17; unsigned long long w : 41; };
struct q { unsigned a : 17; };
#pragma pack(pop)
struct __attribute__((packed)) r { short a; int b : 31; int c : 31; int d : 2; };
struct e { enum { RED, GREEN, BLUE } colour : 2; unsigned n : 6; } ;
struct nested { struct { int lo : 4, hi : 4; }; struct e e[2]; };

static void dump(const char *name, const void *p, size_t n) {
    printf("%s", name);
    for (size_t i = 0; i < n; i++) printf(" %02x", ((const unsigned char *)p)[i]);
    printf("\n");
}
#define SHOW(v) dump(#v, &v, sizeof v)

static struct p static_p = {1, 0x1abc, 0x2bcdef01, -3, 0x1fedcba9876ull};
static struct r static_r[2] = {{-2, 0x3fffffff, -0x40000000, 1}, {.c = 5, .d = -1}};
static struct c static_c = {-1, 7, -2};

// A value of fewer bits than int has is an int, also where the field is qualified, or the value is an assignment's.
struct narrow { unsigned a : 11; unsigned long b : 11; const unsigned c : 20; volatile unsigned short d : 9; _Bool e : 1; };
#define VALUE(expression) printf("%llx ", (unsigned long long)(long long)(expression))
#define PROMOTED(n) \
    VALUE(~n.a), VALUE(-n.a), VALUE((1, n.a) - 10), VALUE((n.a = 7) - 10), VALUE((n.a += 3) - 100), VALUE(n.a++ - 100), \
        VALUE(--n.a - 100), VALUE((1 ? n.a : n.a) - 100), VALUE(~n.b), VALUE((n.b = 7) - 10), VALUE((n.b <<= 1) - 100), \
        VALUE(~n.c), VALUE(n.c - 100), VALUE(~n.d), VALUE((n.d = 1) > -1), VALUE(-n.e), VALUE((n.a = 1) << 31), \
        VALUE((unsigned)n.a - 10), printf("\n")

static void promote(void) {
    struct narrow plain = {1, 2, 3, 4, 1};
    volatile struct narrow changing = {1, 2, 3, 4, 1};
    PROMOTED(plain);
    PROMOTED(changing);
}

int main(void) {
    printf("%zu %zu %zu %zu %zu %zu %zu %zu %zu %zu\n", sizeof(struct a), sizeof(struct b), sizeof(struct c),
           sizeof(struct d), sizeof(union u), sizeof(struct p), sizeof(struct q), sizeof(struct r), sizeof(struct e),
           sizeof(struct nested));
    struct a a;
    memset(&a, 0, sizeof a);
    a.f0 = 13; a.f1 = -65; a.f2 = 0x123456789abcul; a.f3 = 9; a.f4 = 2;
    SHOW(a);
    printf("%u %d %lx %d %d\n", a.f0, a.f1, (unsigned long)a.f2, a.f3, a.f4);
    printf("%d %d %d\n", a.f0 - 6 < 0, -1 < a.f0, (a.f0 << 30) < 0);
    printf("%d %d\n", (a.f1 += 100), (a.f3 = 200));
    printf("%d %d %d %d\n", a.f0++, ++a.f0, a.f1--, --a.f1);
    a.f0 = 7; a.f0++;
    a.f3 = 7; a.f3++;
    a.f4--;
    printf("%d %d %d\n", a.f0, a.f3, a.f4);
    struct b b;
    memset(&b, 0xff, sizeof b);
    b.x = 255; b.y = -256; b.z = 100; b.s = 3;
    SHOW(b);
    printf("%d %d %d %d %d\n", b.c, b.x, b.y, b.z, b.s);
    SHOW(static_c);
    struct d d = {-5, -5};
    printf("%lld %llu %d\n", (long long)d.x, (unsigned long long)d.y, d.y > 0);
    d.y <<= 3; d.x >>= 1; d.x ^= 0x5555555555555555;
    SHOW(d);
    union u u = {.i = -1};
    u.b = 5;
    SHOW(u);
    u.c = 12;
    printf("%d %d %d\n", u.i, u.b, u.c);
    SHOW(static_p);
    struct p p = static_p;
    p.x ^= 0x1fff; p.y += 0x12345678; p.z *= 3; p.w /= 7;
    SHOW(p);
    printf("%u %u %d %llu\n", p.x, p.y, p.z, (unsigned long long)p.w);
    struct q q[3] = {{1}, {0x1ffff}, {2}};
    q[1].a--;
    SHOW(q);
    SHOW(static_r);
    static_r[1].b = -7; static_r[0].c = static_r[1].b * 2; static_r[0].d = 3;
    SHOW(static_r);
    printf("%d %d %d\n", static_r[1].b, static_r[0].c, static_r[0].d);
    struct e e = {BLUE, 63};
    printf("%d %u %d\n", e.colour == BLUE, e.n, e.colour);
    struct nested n = {{-8, 7}, {{GREEN, 1}, {RED, 2}}};
    struct nested *pn = &n, m = *pn;
    pn->e[1].n += pn->lo, m.hi = m.lo;
    printf("%d %d %u %u %d\n", n.lo, n.hi, n.e[1].n, m.e[1].n, m.hi);
    int i = 0;
    struct a many[4] = {{0}};
    many[i++].f1 = i;
    many[i++].f1 |= 5;
    many[i].f1 = many[i - 1].f1 = -9;
    for (int k = 0; k < 4; k++) printf("%d ", many[k].f1);
    printf("%d\n", (a.f0 ? a.f0 : a.f1) - 10 < 0);
    promote();
    return 0;
}
