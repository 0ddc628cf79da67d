// Conversions, promotions and the arithmetic of every integer type (C11 6.3.1, 6.5).
#include <stdio.h>

static signed char sc = -128;
static unsigned char uc = 200;
static short s = -30000;
static unsigned short us = 60000;
static int i = -2000000000;
static unsigned u = 4000000000u;
static long l = -9000000000000000000L;
static unsigned long ul = 18000000000000000000UL;
static _Bool b = 1;
enum colour { red, green = 7, blue };

static long as_long(long x) { return x; }

int main(void) {
    printf("%d %d %d %d\n", sc + uc, s + us, sc * uc, s * 2);
    printf("%d %u %ld %lu\n", i - 1, u + 500000000u, l + 1, ul + 1);
    printf("%d %d %d\n", i < (int)u, (unsigned)i < u, l < (long)ul);
    printf("%d %d\n", sc < uc, -1 < 1u);
    printf("%d %d %d\n", (signed char)200, (short)70000, (int)5000000000L);
    printf("%d %d %u\n", (unsigned char)-1, (unsigned short)-1, (unsigned)-1L);
    printf("%d %d %d\n", (_Bool)256, (_Bool)0.25, !!b + b);
    printf("%d %d %d %d\n", -7 / 2, -7 % 2, 7 / -2, 7 % -2);
    printf("%u %lu\n", (unsigned)-7 / 2, (unsigned long)-7 % 10);
    printf("%d %d %u\n", -16 >> 2, 1 << 30, 0x80000000u >> 31);
    printf("%ld %lu\n", -1L >> 63, 1UL << 63);
    printf("%d %d %d\n", ~0, ~uc, -sc);
    printf("%ld %ld\n", as_long(u), as_long(i));
    sc++, uc--, us += 10000, s -= 10000;
    printf("%d %d %d %d\n", sc, uc, us, s);
    uc = 255;
    uc++;
    printf("%d %d\n", uc, uc--);
    printf("%d\n", uc);
    sc = 127;
    sc += 1;
    printf("%d %d\n", sc, sc >>= 1);
    u = 1;
    u -= 2;
    printf("%u %d\n", u, u == ~0u);
    b += 5;
    printf("%d %d\n", b, b--);
    printf("%d\n", b);
    enum colour c = blue;
    printf("%d %d %zu\n", c, red, sizeof c);
    printf("%zu %zu %zu %zu %zu\n", sizeof(char), sizeof(short), sizeof(int), sizeof(long), sizeof(void *));
    printf("%d %d\n", 'a', '\377');
    long big = 2147483648, wrap = 4294967295 + 1;
    printf("%ld %ld %d\n", big, wrap, 0x7fffffff);
    int x = 5;
    x <<= 3, x |= 1, x ^= 0xff, x &= ~2, x %= 100, x *= -3, x /= 4;
    printf("%d\n", x);
    unsigned long long many = 0;
    for (unsigned char k = 250; k >= 250; k++) many += k;
    printf("%llu\n", many);
    printf("%d %d %d\n", (int)(char)0x80, (int)(unsigned char)0x80, 'A' + 1 == 'B');
    printf("%ld\n", (long)(int)0x80000000u);
    volatile int v = 3;
    v = v * v + v++;
    printf("%d\n", v >= 12);
    return 0;
}
