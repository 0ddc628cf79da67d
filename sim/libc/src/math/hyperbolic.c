// The functions of this kind are the machine's own, in double precision; the float ones round their results.
#include <errno.h>
#include <math.h>

static int is_finite(double x) {
    return x - x == 0.0;
}

double exp2(double x) {
    double result = __ipclab_exp2(x);
    if (is_finite(x) && (!is_finite(result) || result == 0.0)) errno = ERANGE;
    return result;
}
float exp2f(float x) {
    return (float)exp2(x);
}
double expm1(double x) {
    double result = __ipclab_expm1(x);
    if (is_finite(x) && (!is_finite(result))) errno = ERANGE;
    return result;
}
float expm1f(float x) {
    return (float)expm1(x);
}
double log1p(double x) {
    if (x <= -1.0) errno = x == -1.0 ? ERANGE : EDOM;
    return __ipclab_log1p(x);
}
float log1pf(float x) {
    return (float)log1p(x);
}
double sinh(double x) {
    double result = __ipclab_sinh(x);
    if (is_finite(x) && (!is_finite(result))) errno = ERANGE;
    return result;
}
float sinhf(float x) {
    return (float)sinh(x);
}
double cosh(double x) {
    double result = __ipclab_cosh(x);
    if (is_finite(x) && (!is_finite(result))) errno = ERANGE;
    return result;
}
float coshf(float x) {
    return (float)cosh(x);
}
double tanh(double x) {
    return __ipclab_tanh(x);
}
float tanhf(float x) {
    return (float)tanh(x);
}
double asinh(double x) {
    return __ipclab_asinh(x);
}
float asinhf(float x) {
    return (float)asinh(x);
}
double acosh(double x) {
    if (x < 1.0) errno = EDOM;
    return __ipclab_acosh(x);
}
float acoshf(float x) {
    return (float)acosh(x);
}
double atanh(double x) {
    if (fabs(x) >= 1.0) errno = fabs(x) == 1.0 ? ERANGE : EDOM;
    return __ipclab_atanh(x);
}
float atanhf(float x) {
    return (float)atanh(x);
}
