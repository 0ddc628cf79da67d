// Promotions, usual conversions, shifts, comparisons, division: at run time and folded by the compiler.
#include <limits.h>
#include <stdio.h>

// The same expression of variables, which the compiler cannot know, and of constants.
#define BOTH(T, U, a, op, b) do { \
    volatile T va = (T)(a); volatile U vb = (U)(b); T la = (T)(a); U lb = (U)(b); \
    long long x = (long long)(va op vb), y = (long long)(la op lb), z = (long long)((T)(a) op (U)(b)); \
    printf("%lld%s ", x, x == y && y == z ? "" : " DIFFERENT"); \
} while (0)
#define PAIRS(T, U, op) do { \
    BOTH(T, U, 100, op, 7); BOTH(T, U, -100, op, 7); BOTH(T, U, 100, op, -7); BOTH(T, U, -100, op, -7); \
    BOTH(T, U, 127, op, 126); BOTH(T, U, -128, op, 3); BOTH(T, U, 255, op, 2); BOTH(T, U, 40000, op, 40001); \
    BOTH(T, U, INT_MAX, op, 5); BOTH(T, U, UINT_MAX, op, 9); BOTH(T, U, 1LL << 40, op, 3); \
    printf("\n"); \
} while (0)
#define OPERATORS(T, U) do { \
    PAIRS(T, U, /); PAIRS(T, U, %); PAIRS(T, U, <); PAIRS(T, U, >=); PAIRS(T, U, ==); PAIRS(T, U, &); PAIRS(T, U, ^); PAIRS(T, U, |); \
} while (0)
#define SHIFTS(T) do { \
    for (int n = 0; n < (int)sizeof(T) * 8 && n < 40; n += 5) { \
        volatile T v = (T)0x8765432187654321ll; volatile int s = n; \
        printf("%lld %lld ", (long long)(v << s >> 0), (long long)(v >> s)); \
    } \
    printf("\n"); \
} while (0)

#define KIND(e) _Generic((e), char: "char", signed char: "schar", unsigned char: "uchar", short: "short", \
    unsigned short: "ushort", int: "int", unsigned: "uint", long: "long", unsigned long: "ulong", \
    long long: "llong", unsigned long long: "ullong", float: "float", double: "double", default: "other")

static unsigned char narrow(int x) { return x; }
static short narrow_short(long x) { return x; }
static _Bool to_bool(double x) { return x; }
static float to_float(double x) { return x; }
static int from_unsigned(unsigned x) { return x; }

struct bits { unsigned u3 : 3; int i5 : 5; unsigned u32 : 32; unsigned long u40 : 40; };

int main(void) {
    OPERATORS(signed char, int);
    OPERATORS(unsigned char, signed char);
    OPERATORS(short, unsigned);
    OPERATORS(int, unsigned);
    OPERATORS(unsigned, int);
    OPERATORS(int, long);
    OPERATORS(unsigned, long);
    OPERATORS(long, unsigned long);
    OPERATORS(unsigned long long, int);
    SHIFTS(signed char);
    SHIFTS(unsigned short);
    SHIFTS(int);
    SHIFTS(unsigned);
    SHIFTS(long);
    SHIFTS(unsigned long);

    char c = 'x'; unsigned char uc = 1; short s = 1; unsigned short us = 1; unsigned u = 1; long l = 1; unsigned long ul = 1;
    long long ll = 1; float f = 1; struct bits b = {7, -1, 1, 1}; enum e { A } e = A; _Bool t = 1;
    printf("%s %s %s %s %s %s %s\n", KIND(c), KIND(+c), KIND(uc + uc), KIND(us << l), KIND(u + s), KIND(l + u), KIND(l + ul));
    printf("%s %s %s %s %s %s %s\n", KIND(ll + l), KIND(ul + ll), KIND(f + l), KIND(f * 1.0), KIND(t + t), KIND(-t), KIND(~uc));
    printf("%s %s %s %s %s %s %s\n", KIND(+b.u3), KIND(+b.u32), KIND(b.i5 + 0), KIND('a'), KIND(A), KIND(e), KIND(e + 0u));
    printf("%s %s %s %s %s %s %s\n", KIND(2147483648), KIND(0x80000000), KIND(4294967296), KIND(0xffffffffffffffff), KIND(1u), KIND(1ull), KIND(017777777777777777777));
    printf("%s %s %s %s %s %s\n", KIND(1 ? c : uc), KIND(1 ? s : u), KIND((c, uc)), KIND(c = 1), KIND(s += 1.5), KIND(!l));
    printf("%s %s %s %s\n", KIND(sizeof c), KIND(&c - &c), KIND(1.0f), KIND(u ? 1 : 2.0f));

    printf("%d %d %d %d %d\n", narrow(511), narrow_short(98765432), to_bool(0.001), to_float(1e-50) == 0, from_unsigned(4000000000u));
    printf("%d %d %d %d\n", -1 < 1u, -1L < 1u, (unsigned char)255 == (signed char)-1, (short)0xffff < 0);
    printf("%d %d %d\n", uc - 2 < 0, us - 2u > 0, (char)200 < 0);
    int i = -5;
    unsigned char wraps = 250;
    wraps += 10; printf("%d ", wraps);
    wraps -= 20; printf("%d ", wraps);
    wraps *= 7; printf("%d ", wraps);
    wraps <<= 3; printf("%d ", wraps);
    wraps >>= 1; printf("%d ", wraps);
    wraps = ~wraps; printf("%d ", wraps);
    wraps /= -3; printf("%d ", wraps);
    wraps %= 7; printf("%d\n", wraps);
    s = 32767; s++; printf("%d ", s); s--; printf("%d ", s); s = s * 2; printf("%d ", s); s ^= 0x5555; printf("%d\n", s);
    i /= 2u; printf("%d ", i); i = -5; i >>= 1; printf("%d ", i); i %= 2; printf("%d ", i); i = 7; i *= 1.5; printf("%d ", i); i -= 0.6; printf("%d\n", i);
    u = 0; u--; printf("%u ", u); u += 2; printf("%u ", u); u = -3; printf("%u %lld ", u / 2, (long long)u * 2); ul = u; ul <<= 33; printf("%lu\n", ul);
    l = u; printf("%ld ", l); l = (int)u; printf("%ld ", l); l = -1; u = l; printf("%u ", u); ul = i; printf("%lu ", ul); ul = -i; printf("%lu\n", ul);
    f = 16777217; printf("%.1f ", f); f += 1e-9; printf("%.1f ", f); f = 0.1; printf("%d %d %.9g ", f == 0.1, f == 0.1f, f * f); f = i / 4; printf("%g\n", f);
    double d = 1e10; printf("%lld %d %u ", (long long)d, (int)3.99, (unsigned)3e9); d = -3.99; printf("%d %ld %d %d\n", (int)d, (long)d, (char)d, (unsigned char)(int)d);
    printf("%.17g %.17g %.9g ", (double)ULONG_MAX, (double)LONG_MAX, (float)UINT_MAX); d = 1.8e19; printf("%lu %.9g\n", (unsigned long)d, (double)(float)16777219);
    printf("%d %d %d\n", INT_MAX + 1u > 0, (int)(INT_MAX + 1u) < 0, -INT_MAX - 1 == INT_MIN);
    t = 256; printf("%d ", t); t++; printf("%d ", t); t--; printf("%d ", t); t |= 8; printf("%d ", t); t = 0.0; printf("%d ", t); t = (_Bool)&t; printf("%d ", t); t *= 0.5; printf("%d\n", t);
    printf("%d %d %d %d\n", !0.5, !!5L, !&t, 1.5 && 'a' - 'a');
    b.u3 += 3; b.i5 = b.i5 * 20; b.u40 -= 3; printf("%d %d %lu %d\n", b.u3, b.i5, (unsigned long)b.u40, b.u3 - 8 < 0);
    return 0;
}
