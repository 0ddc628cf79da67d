// Looking at the bits of a double.
#include <float.h>
#include <errno.h>
#include <math.h>

static unsigned long bits_of(double value) {
    unsigned long bits;
    __ipclab_memcpy(&bits, &value, 8);
    return bits;
}

int __sign_bit(double value) {
    return (int)(bits_of(value) >> 63);
}

int __classifyf(float value) {
    unsigned int bits, exponent;
    __ipclab_memcpy(&bits, &value, 4);
    exponent = bits >> 23 & 255;
    if (exponent == 255) return bits << 9 ? FP_NAN : FP_INFINITE;
    if (exponent == 0) return bits << 1 ? FP_SUBNORMAL : FP_ZERO;
    return FP_NORMAL;
}

int __classify(double value) {
    unsigned long bits = bits_of(value) << 1, exponent = bits >> 53;
    if (exponent == 2047) return bits << 11 ? FP_NAN : FP_INFINITE;
    if (exponent == 0) return bits ? FP_SUBNORMAL : FP_ZERO;
    return FP_NORMAL;
}

double copysign(double x, double y) {
    unsigned long bits = (bits_of(x) & ~(1UL << 63)) | (bits_of(y) & 1UL << 63);
    double result;
    __ipclab_memcpy(&result, &bits, 8);
    return result;
}
float copysignf(float x, float y) {
    return (float)copysign(x, y);
}

double nextafter(double x, double y) {
    if (x != x || y != y) return x + y;
    if (x == y) return y;
    unsigned long bits = bits_of(x);
    if (x == 0.0)
        bits = (bits_of(y) & 1UL << 63) | 1;
    else if ((x < y) == (x > 0.0))
        bits++;
    else
        bits--;
    double result;
    __ipclab_memcpy(&result, &bits, 8);
    // nextafter(3): overflow, and results that are no normal numbers
    if (x != 0.0 && (result - result != 0.0 || fabs(result) < DBL_MIN)) errno = ERANGE;
    return result;
}
float nextafterf(float x, float y) {
    if (x != x || y != y) return x + y;
    if (x == y) return y;
    unsigned int bits;
    __ipclab_memcpy(&bits, &x, 4);
    if (x == 0.0F)
        bits = (y < 0.0F ? 1U << 31 : 0U) | 1;
    else if ((x < y) == (x > 0.0F))
        bits++;
    else
        bits--;
    float result;
    __ipclab_memcpy(&result, &bits, 4);
    return result;
}

/// nexttoward(3): a second argument that is more precise only says which way.
double nexttoward(double x, long double y) {
    if (x != x || y != y) return (double)(x + y);
    return x == y ? (double)y : nextafter(x, x < y ? HUGE_VAL : -HUGE_VAL);
}
float nexttowardf(float x, long double y) {
    if (x != x || y != y) return (float)(x + y);
    return x == y ? (float)y : nextafterf(x, x < y ? HUGE_VALF : -HUGE_VALF);
}

int finite(double x) {
    return isfinite(x);
}
float nanf(const char* tag) {
    (void)tag;
    return NAN;
}
double nan(const char* tag) {
    (void)tag;
    return NAN;
}
