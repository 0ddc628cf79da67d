// The functions of this kind are the machine's own, in double precision; the float ones round their results.
#include <errno.h>
#include <math.h>

double sqrt(double x) {
    if (x < 0.0) errno = EDOM;
    return __ipclab_sqrt(x);
}
float sqrtf(float x) {
    return (float)sqrt(x);
}
double cbrt(double x) {
    return __ipclab_cbrt(x);
}
float cbrtf(float x) {
    return (float)cbrt(x);
}
double exp(double x) {
    double result = __ipclab_exp(x);
    if (x - x == 0.0 && (result - result != 0.0 || result == 0.0)) errno = ERANGE;
    return result;
}
float expf(float x) {
    return (float)exp(x);
}
double log(double x) {
    if (x <= 0.0) errno = x == 0.0 ? ERANGE : EDOM;
    return __ipclab_log(x);
}
float logf(float x) {
    return (float)log(x);
}
double log2(double x) {
    if (x <= 0.0) errno = x == 0.0 ? ERANGE : EDOM;
    return __ipclab_log2(x);
}
float log2f(float x) {
    return (float)log2(x);
}
double log10(double x) {
    if (x <= 0.0) errno = x == 0.0 ? ERANGE : EDOM;
    return __ipclab_log10(x);
}
float log10f(float x) {
    return (float)log10(x);
}
double pow(double x, double y) {
    double result = __ipclab_pow(x, y);
    if (x - x == 0.0 && y - y == 0.0 && (result - result != 0.0 || (result == 0.0 && x != 0.0)))
        errno = result != result ? EDOM : ERANGE;
    return result;
}
float powf(float x, float y) {
    return (float)pow(x, y);
}
double hypot(double x, double y) {
    double result = __ipclab_hypot(x, y);
    if (result - result != 0.0 && x - x == 0.0 && y - y == 0.0) errno = ERANGE;
    return result;
}
float hypotf(float x, float y) {
    return (float)hypot(x, y);
}
