// Taking numbers apart and putting them together; minima, maxima, rounding to integers.
#include <errno.h>
#include <math.h>

double frexp(double x, int* exponent) {
    *exponent = 0;
    if (x == 0.0 || x - x != 0.0) return x;
    unsigned long bits;
    int extra = 0;
    if (fabs(x) < 2.2250738585072014e-308) {
        x *= 18014398509481984.0;  // 2^54: a subnormal number
        extra = -54;
    }
    __ipclab_memcpy(&bits, &x, 8);
    *exponent = (int)(bits >> 52 & 2047) - 1022 + extra;
    bits = (bits & ~(2047UL << 52)) | 1022UL << 52;
    __ipclab_memcpy(&x, &bits, 8);
    return x;
}

static double power_of_two(int exponent) {
    unsigned long bits = (unsigned long)(exponent + 1023) << 52;
    double result;
    __ipclab_memcpy(&result, &bits, 8);
    return result;
}

double scalbn(double x, int exponent) {
    if (x == 0.0 || x - x != 0.0) return x;
    double given = x;
    if (exponent > 3000) exponent = 3000;
    if (exponent < -3000) exponent = -3000;
    for (; exponent > 1023; exponent -= 1023) x *= power_of_two(1023);
    // in two steps at most, so that a subnormal result is rounded once
    for (; exponent < -1022; exponent += 969) x *= power_of_two(-969);
    x *= power_of_two(exponent);
    if (given != 0.0 && (x == 0.0 || x - x != 0.0)) errno = ERANGE;
    return x;
}
double ldexp(double x, int exponent) {
    return scalbn(x, exponent);
}

double scalbln(double x, long exponent) {
    return scalbn(x, exponent > 3000 ? 3000 : exponent < -3000 ? -3000 : (int)exponent);
}
/// A float's exponents are few: the double result is rounded once, since it is exact.
float scalbnf(float x, int exponent) {
    float result = (float)scalbn(x, exponent > 600 ? 600 : exponent < -600 ? -600 : exponent);
    if (x != 0.0F && x - x == 0.0F && (result == 0.0F || result - result != 0.0F)) errno = ERANGE;
    return result;
}
float scalblnf(float x, long exponent) {
    return scalbnf(x, exponent > 600 ? 600 : exponent < -600 ? -600 : (int)exponent);
}
float ldexpf(float x, int exponent) {
    return scalbnf(x, exponent);
}
float frexpf(float x, int* exponent) {
    return (float)frexp(x, exponent);
}

double modf(double x, double* whole) {
    *whole = trunc(x);
    if (x - x != 0.0 && x == x) return copysign(0.0, x);
    return copysign(x - *whole, x);
}
float modff(float x, float* whole) {
    double part;
    double rest = modf(x, &part);
    *whole = (float)part;
    return (float)rest;
}

double logb(double x) {
    int exponent;
    if (x == 0.0) return -HUGE_VAL;
    if (x - x != 0.0) return x * x;
    frexp(x, &exponent);
    return exponent - 1;
}
float logbf(float x) {
    return (float)logb(x);
}
int ilogbf(float x) {
    return ilogb(x);
}
int ilogb(double x) {
    if (x == 0.0 || x != x) return FP_ILOGB0;
    return x - x != 0.0 ? 2147483647 : (int)logb(x);
}

double fmin(double x, double y) {
    return x != x ? y : y != y || x < y ? x : y;
}
float fminf(float x, float y) {
    return (float)fmin(x, y);
}
double fmax(double x, double y) {
    return x != x ? y : y != y || x > y ? x : y;
}
float fmaxf(float x, float y) {
    return (float)fmax(x, y);
}
double fdim(double x, double y) {
    return x <= y ? 0.0 : x - y;
}
float fdimf(float x, float y) {
    return (float)fdim(x, y);
}

/// To the nearest integer, halves to even.
double rint(double x) {
    return __ipclab_rint(x);
}
float rintf(float x) {
    return (float)rint(x);
}
double nearbyint(double x) {
    return rint(x);
}
float nearbyintf(float x) {
    return (float)rint(x);
}
long lroundf(float x) {
    return (long)round(x);
}
long lrintf(float x) {
    return (long)rint(x);
}
long long llroundf(float x) {
    return (long)round(x);
}
long long llrintf(float x) {
    return (long)rint(x);
}
long lround(double x) {
    return (long)round(x);
}
long lrint(double x) {
    return (long)rint(x);
}
long long llround(double x) {
    return (long)round(x);
}
long long llrint(double x) {
    return (long)rint(x);
}

/// remquo(3): the remainder, and the last three bits of the quotient with its sign.
double remquo(double x, double y, int* quotient) {
    double rest = remainder(x, y), magnitude = fabs(y), left = fabs(x);
    int bits = 0;
    if (rest == rest && left - left == 0.0 && magnitude - magnitude == 0.0) {
        if (magnitude < HUGE_VAL / 8) left = fmod(left, 8 * magnitude);
        for (int bit = 4; bit > 0; bit /= 2)
            if (left / bit >= magnitude) {
                left -= bit * magnitude;
                bits += bit;
            }
        // rounded to the nearest, halves to even, as the remainder is
        if (left - fabs(rest) != 0.0 || left > magnitude - left) bits++;
    }
    *quotient = signbit(x) != signbit(y) ? -(bits & 7) : bits & 7;
    return rest;
}
float remquof(float x, float y, int* quotient) {
    return (float)remquo(x, y, quotient);
}
double drem(double x, double y) {
    return remainder(x, y);
}

double remainder(double x, double y) {
    if ((y == 0.0 && x == x) || (x - x != 0.0 && x == x && y == y)) errno = EDOM;
    return __ipclab_remainder(x, y);
}
float remainderf(float x, float y) {
    return (float)remainder(x, y);
}
