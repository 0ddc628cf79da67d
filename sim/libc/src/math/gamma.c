// The error function, the gamma function, and sums of products that are rounded once.
#include <errno.h>
#include <math.h>

int signgam;

double erf(double x) {
    return __ipclab_erf(x);
}
float erff(float x) {
    return (float)erf(x);
}
double erfc(double x) {
    double result = __ipclab_erfc(x);
    if (result == 0.0 && x - x == 0.0) errno = ERANGE;
    return result;
}
float erfcf(float x) {
    return (float)erfc(x);
}

/// tgamma(3): poles at 0 and at the negative integers, of which those below 0 have no sign.
double tgamma(double x) {
    double result = __ipclab_tgamma(x);
    if ((x < 0.0 && x == floor(x)) || (x - x != 0.0 && x < 0.0))
        errno = EDOM;
    else if (x - x == 0.0 && (result == 0.0 || result - result != 0.0))
        errno = ERANGE;
    return result;
}
float tgammaf(float x) {
    return (float)tgamma(x);
}

/// Of the gamma function: negative between 0 and -1, -2 and -3 ...
static int sign_of_gamma(double x) {
    if (x == 0.0) return signbit(x) ? -1 : 1;
    if (x > 0.0 || x == floor(x) || x != x) return 1;
    return fmod(floor(x), 2.0) != 0.0 ? -1 : 1;
}

double lgamma_r(double x, int* sign) {
    double result = __ipclab_lgamma(x);
    *sign = sign_of_gamma(x);
    if (result - result != 0.0 && x - x == 0.0) errno = ERANGE;
    return result;
}
double lgamma(double x) {
    return lgamma_r(x, &signgam);
}
float lgammaf_r(float x, int* sign) {
    return (float)lgamma_r(x, sign);
}
float lgammaf(float x) {
    return (float)lgamma(x);
}
long double lgammal_r(long double x, int* sign) {
    long double result;
    __ipclab_lgammal(&result, &x);
    *sign = sign_of_gamma((double)x);
    if (result - result != 0.0L && x - x == 0.0L) errno = ERANGE;
    return result;
}
long double lgammal(long double x) {
    return lgammal_r(x, &signgam);
}

double fma(double x, double y, double z) {
    return __ipclab_fma(x, y, z);
}
/// The product of two floats is exact in double. A sum there that is not is made odd, and can be rounded once more.
float fmaf(float x, float y, float z) {
    double product = (double)x * y, sum = product + z;
    double added = sum - product, lost = (product - (sum - added)) + (z - added);
    unsigned long bits;
    __ipclab_memcpy(&bits, &sum, 8);
    if (lost == lost && lost != 0.0 && !(bits & 1)) {
        bits += (lost > 0.0) == (sum > 0.0) ? 1UL : -1UL;
        __ipclab_memcpy(&sum, &bits, 8);
    }
    return (float)sum;
}
