// long double: x87's format, in every place where a value can be.
#include <stdio.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <stdarg.h>
#include <string.h>
static long double global = 1.1L, table[3] = {1, 2.5L, -3e4000L};
struct point { char c; long double x; int y; };
static long double sum(int n, ...) {
    va_list ap;
    long double s = 0;
    va_start(ap, n);
    for (int i = 0; i < n; i++) s += va_arg(ap, long double);
    va_end(ap);
    return s;
}
static long double twice(long double x) { x *= 2; return x; }
static struct point make(long double x) { struct point p = {'a', x, 3}; return p; }
static long double factorial(unsigned n) { return n == 0 ? 1 : n * factorial(n - 1); }
static long double old(x, n) long double x; int n; { return x + n; }
int main(void) {
    long double a = 1, b = 3, c = a / b;
    printf("%.25Lf %Lg %La %.3Le\n", c, c, c, c);
    printf("%zu %zu %zu\n", sizeof c, _Alignof(long double), sizeof(struct point));
    printf("%.20Lf %Lf %Lf %Lg\n", global, table[0], table[1], table[2]);
    printf("%Lf\n", sum(3, 1.5L, c, global));
    printf("%.18Lf %.18Lf\n", twice(c), make(c).x);
    printf("%Lg %Lg\n", factorial(25), factorial(1700));
    c++; printf("%.20Lf ", c); printf("%.20Lf ", c++); printf("%.20Lf ", --c); printf("%.20Lf\n", c--);
    int i = 7; i += 2.9L; double d = 2.5; d *= 1.5L; float f = 1.1L; f /= 3.0L; unsigned long u = 18446744073709551615UL; long double lu = u;
    printf("%d %f %.9f %.1Lf %lu %ld\n", i, d, f, lu, (unsigned long)lu, (long)-1e18L);
    printf("%d %d %d %d %d %d\n", a < b, a <= b, a > b, a >= b, a == b, a != b);
    if (a && !(a - a) && (c || 0)) printf("truth %d\n", !c);
    long double* p = &table[1]; *p += 1; p[1] = *p - a; printf("%Lf %Lf\n", table[1], table[2]);
    printf("%Lf %Lf %Lf\n", a ? b : c, (a - 1) ?: b, (a, b));
    printf("%.20Lf %.20Lf %.20Lf %.20Lf\n", sqrtl(2), sinl(1), powl(2, 0.5L), fmodl(10.5L, 3));
    printf("%.20Lf %d %.20Lf\n", frexpl(10.3L, &i), i, ldexpl(0.6L, 10));
    char* end; printf("%.20Lf ", strtold("3.14159265358979323846xyz", &end)); printf("%s\n", end);
    long double s; printf("%d ", sscanf("1.25e3", "%Lf", &s)); printf("%.20Lf\n", s);
    printf("%Lf %Lf %LF %Lf\n", (long double)INFINITY, -HUGE_VALL, (long double)NAN, -0.0L);
    printf("%d %d %d %d\n", isnan((long double)NAN), isinf(LDBL_MAX), isfinite(LDBL_MAX), isnormal(LDBL_MIN / 2));
    printf("%Lg %Lg %Lg %d %d\n", LDBL_MAX, LDBL_MIN, LDBL_EPSILON, LDBL_DIG, signbit(-0.0L) != 0);
    printf("[%20.3Lf] [%-20.2Le] [%+Lg] [%#.0Lf] [%020Lf]\n", b, b, b, b, b);
    printf("%2$Lf %1$d\n", 5, 2.5L);
    long double m[2][2] = {{1, 2}, {3, 4}}, t = 0;
    for (long double x = 0; x < 2; x += 0.5L) t += m[(int)x][1] * x;
    printf("%Lf %Lf\n", t, ({ long double q = t; q * 2; }));
    printf("%d\n", _Generic(a * 1, long double: 1, double: 2, default: 3));
    static const long double k = 2.0L * 3 + 1; printf("%Lf %f\n", k, (double)k);
    printf("%.20Lf\n", old(0.1L, 2));
    long double (*fn)(long double) = twice; printf("%Lf\n", fn(4));
    _Bool bo = 0.1L; char ch = 65.7L; unsigned char uc = (unsigned char)200.5L; printf("%d %c %d\n", bo, ch, uc);
    printf("%.30Lf\n%.3Lf\n", LDBL_EPSILON, 1e300L * 1e300L / 1e590L);
    volatile long double v = 5; v -= 1; printf("%Lf\n", v);
    struct point pt = make(2), qt = pt; qt.x *= pt.x; printf("%Lf %d\n", qt.x, qt.y);
    union { long double l; unsigned char b[16]; } un = {1.0L}; printf("%02x%02x%02x\n", un.b[9], un.b[8], un.b[7]);
    printf("%.15g %.20Lg\n", (double)0.1L, (long double)0.1);
    printf("%g %g\n", fma(2, 3, 4), fmaf(1.1f, 1.1f, -1.21f));
    int q; printf("%g ", remquo(10, 3, &q)); printf("%d %g ", q, remquof(-7.5f, 2, &i)); printf("%d\n", i);
    printf("%g %g %g %g %d\n", tgamma(5.5), lgamma(-0.5), erf(0.5), erfc(0.5), signgam);
    printf("%g %g %ld %lld\n", scalbnf(1.5f, 3), ldexpf(0.5f, 2), lroundf(2.5f), llrintl(2.5L));
    return 0;
}
