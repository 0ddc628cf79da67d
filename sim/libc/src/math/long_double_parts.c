// Of long double: taking numbers apart and putting them together; minima, maxima, rounding to integers.
#include <errno.h>
#include <limits.h>
#include <math.h>

struct parts {
    unsigned long mantissa;        ///< with its first bit, which is 0 only in 0 and in subnormal numbers
    unsigned short sign_exponent;  ///< biased by 16383
};

static struct parts take_apart(long double x) {
    struct parts parts;
    __ipclab_memcpy(&parts, &x, 10);
    return parts;
}
static long double put_together(unsigned long mantissa, int sign_exponent) {
    struct parts parts = {mantissa, (unsigned short)sign_exponent};
    long double x;
    __ipclab_memcpy(&x, &parts, 10);
    return x;
}
static long double power_of_two(int exponent) {
    return put_together(1UL << 63, exponent + 16383);
}

int __sign_bitl(long double x) {
    return take_apart(x).sign_exponent >> 15;
}
int __classifyl(long double x) {
    struct parts parts = take_apart(x);
    if ((parts.sign_exponent & 0x7fff) == 0x7fff) return parts.mantissa << 1 ? FP_NAN : FP_INFINITE;
    if ((parts.sign_exponent & 0x7fff) == 0) return parts.mantissa ? FP_SUBNORMAL : FP_ZERO;
    return FP_NORMAL;
}
long double copysignl(long double x, long double y) {
    struct parts magnitude = take_apart(x), sign = take_apart(y);
    return put_together(magnitude.mantissa,
                        (magnitude.sign_exponent & 0x7fff) | (sign.sign_exponent & 0x8000));
}

long double frexpl(long double x, int* exponent) {
    *exponent = 0;
    if (x == 0.0L || x - x != 0.0L) return x;
    struct parts parts = take_apart(x);
    if ((parts.sign_exponent & 0x7fff) == 0) {  // a subnormal number
        parts = take_apart(x * power_of_two(64));
        *exponent = -64;
    }
    *exponent += (parts.sign_exponent & 0x7fff) - 16382;
    return put_together(parts.mantissa, (parts.sign_exponent & 0x8000) | 16382);
}
long double scalbnl(long double x, int exponent) {
    if (x == 0.0L || x - x != 0.0L) return x;
    if (exponent > 40000) exponent = 40000;
    if (exponent < -40000) exponent = -40000;
    for (; exponent > 16383; exponent -= 16383) x *= power_of_two(16383);
    // in two steps at most, so that a subnormal result is rounded once
    for (; exponent < -16382; exponent += 16318) x *= power_of_two(-16318);
    x *= power_of_two(exponent);
    if (x == 0.0L || x - x != 0.0L) errno = ERANGE;
    return x;
}
long double scalblnl(long double x, long exponent) {
    return scalbnl(x, exponent > 40000 ? 40000 : exponent < -40000 ? -40000 : (int)exponent);
}
long double ldexpl(long double x, int exponent) {
    return scalbnl(x, exponent);
}
long double modfl(long double x, long double* whole) {
    *whole = truncl(x);
    if (x - x != 0.0L && x == x) return copysignl(0.0L, x);
    return copysignl(x - *whole, x);
}
int ilogbl(long double x) {
    if (x == 0.0L || x - x != 0.0L) errno = EDOM;
    if (x == 0.0L || x != x) return FP_ILOGB0;
    return x - x != 0.0L ? INT_MAX : (int)logbl(x);
}

long double fminl(long double x, long double y) {
    return x != x ? y : y != y || x < y ? x : y;
}
long double fmaxl(long double x, long double y) {
    return x != x ? y : y != y || x > y ? x : y;
}
long double fdiml(long double x, long double y) {
    long double result = x <= y ? 0.0L : x - y;
    if (result - result != 0.0L && x - x == 0.0L && y - y == 0.0L) errno = ERANGE;
    return result;
}
long double nearbyintl(long double x) {
    return rintl(x);
}
long lroundl(long double x) {
    return (long)roundl(x);
}
long lrintl(long double x) {
    return (long)rintl(x);
}
long long llroundl(long double x) {
    return (long)roundl(x);
}
long long llrintl(long double x) {
    return (long)rintl(x);
}
long double nexttowardl(long double x, long double y) {
    return nextafterl(x, y);
}
long double nanl(const char* tag) {
    (void)tag;
    return __builtin_nanl("");
}
