// The functions of this kind are the machine's own, in double precision; the float ones round their results.
#include <errno.h>
#include <math.h>

static int is_infinite(double x) {
    return x == x && x - x != 0.0;
}

double sin(double x) {
    if (is_infinite(x)) errno = EDOM;
    return __ipclab_sin(x);
}
float sinf(float x) {
    return (float)sin(x);
}
double cos(double x) {
    if (is_infinite(x)) errno = EDOM;
    return __ipclab_cos(x);
}
float cosf(float x) {
    return (float)cos(x);
}
double tan(double x) {
    if (is_infinite(x)) errno = EDOM;
    return __ipclab_tan(x);
}
float tanf(float x) {
    return (float)tan(x);
}
double asin(double x) {
    if (x < -1.0 || x > 1.0) errno = EDOM;
    return __ipclab_asin(x);
}
float asinf(float x) {
    return (float)asin(x);
}
double acos(double x) {
    if (x < -1.0 || x > 1.0) errno = EDOM;
    return __ipclab_acos(x);
}
float acosf(float x) {
    return (float)acos(x);
}
double atan(double x) {
    return __ipclab_atan(x);
}
float atanf(float x) {
    return (float)atan(x);
}
double atan2(double y, double x) {
    double result = __ipclab_atan2(y, x);
    if (result == 0.0 && y != 0.0 && x - x == 0.0) errno = ERANGE;
    return result;
}
float atan2f(float x, float y) {
    return (float)atan2(x, y);
}

void sincos(double x, double* sine, double* cosine) {
    *sine = sin(x);
    *cosine = cos(x);
}
void sincosf(float x, float* sine, float* cosine) {
    *sine = sinf(x);
    *cosine = cosf(x);
}
void sincosl(long double x, long double* sine, long double* cosine) {
    *sine = sinl(x);
    *cosine = cosl(x);
}
