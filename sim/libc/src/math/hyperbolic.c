// Hyperbolic functions and the exponentials near 0, from exp() and log().
#include <errno.h>
#include <math.h>

double exp2(double x) {
    return pow(2.0, x);
}
float exp2f(float x) {
    return (float)exp2(x);
}

/// exp(x) - 1 without cancellation (Kahan: (u - 1) * x / log(u)).
double expm1(double x) {
    double u = exp(x);
    if (u == 1.0) return x;
    if (u - 1.0 == -1.0 || u - u != 0.0) return u - 1.0;
    return (u - 1.0) * x / log(u);
}
float expm1f(float x) {
    return (float)expm1(x);
}

/// log(1 + x), likewise.
double log1p(double x) {
    double u = 1.0 + x;
    if (u == 1.0 || u - u != 0.0) return x;
    if (u <= 0.0) return log(u);
    return log(u) * x / (u - 1.0);
}
float log1pf(float x) {
    return (float)log1p(x);
}

double sinh(double x) {
    double magnitude = fabs(x);
    if (magnitude > 709.0) {
        double half = exp(magnitude / 2);
        return copysign(half / 2 * half, x);
    }
    double e = expm1(magnitude);
    return copysign((e + e / (e + 1.0)) / 2, x);
}
float sinhf(float x) {
    return (float)sinh(x);
}
double cosh(double x) {
    double magnitude = fabs(x);
    if (magnitude > 709.0) {
        double half = exp(magnitude / 2);
        return half / 2 * half;
    }
    double e = exp(magnitude);
    return (e + 1.0 / e) / 2;
}
float coshf(float x) {
    return (float)cosh(x);
}
double tanh(double x) {
    double magnitude = fabs(x);
    if (magnitude > 22.0) return copysign(1.0, x);
    double e = expm1(2 * magnitude);
    return copysign(e / (e + 2.0), x);
}
float tanhf(float x) {
    return (float)tanh(x);
}
double asinh(double x) {
    double magnitude = fabs(x);
    double result =
        magnitude > 1e8
            ? log(magnitude) + M_LN2
            : log1p(magnitude + magnitude * magnitude / (1.0 + sqrt(magnitude * magnitude + 1.0)));
    return x - x != 0.0 ? x : copysign(result, x);
}
float asinhf(float x) {
    return (float)asinh(x);
}
double acosh(double x) {
    if (x < 1.0) errno = EDOM;
    return x > 1e8 ? log(x) + M_LN2 : log(x + sqrt(x * x - 1.0));
}
float acoshf(float x) {
    return (float)acosh(x);
}
double atanh(double x) {
    double magnitude = fabs(x);
    if (magnitude >= 1.0) errno = magnitude == 1.0 ? ERANGE : EDOM;
    return copysign(log1p(2 * magnitude / (1.0 - magnitude)) / 2, x);
}
float atanhf(float x) {
    return (float)atanh(x);
}
