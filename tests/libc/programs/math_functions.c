// Every function of <math.h> at ordinary, extreme and special values, bit for bit.
#define _GNU_SOURCE
#include <errno.h>
#include <math.h>
#include <stdio.h>

static const double values[] = {0.0,
                                -0.0,
                                1.0,
                                -1.0,
                                0.5,
                                -0.5,
                                0.1,
                                1.5,
                                2.5,
                                -2.5,
                                3.0,
                                10.0,
                                100.25,
                                -7.75,
                                1e-5,
                                1e-10,
                                1e-300,
                                5e-324,
                                1e10,
                                1e15,
                                4.5e15,
                                1e16,
                                1e300,
                                709.0,
                                710.0,
                                -745.0,
                                -746.0,
                                0.7853981633974483,
                                3.141592653589793,
                                1e22,
                                INFINITY,
                                -INFINITY,
                                NAN};
enum { COUNT = sizeof values / sizeof *values };

// NaNs carry a sign that nothing should depend on.
static void show(const char* name, double x, double result) {
    if (result != result)
        printf("%s(%a) = nan\n", name, x);
    else
        printf("%s(%a) = %a\n", name, x, result);
}

#define ONE(name) \
    { #name, name }
static const struct {
    const char* name;
    double (*function)(double);
} functions[] = {
    ONE(sqrt), ONE(sin),   ONE(cos),   ONE(tan),   ONE(asin),      ONE(acos),  ONE(atan),
    ONE(sinh), ONE(cosh),  ONE(tanh),  ONE(asinh), ONE(acosh),     ONE(atanh), ONE(exp),
    ONE(exp2), ONE(expm1), ONE(log),   ONE(log2),  ONE(log10),     ONE(log1p), ONE(floor),
    ONE(ceil), ONE(round), ONE(trunc), ONE(rint),  ONE(nearbyint), ONE(fabs),  ONE(cbrt),
};

#define TWO(f) \
    { #f, f }
static const struct {
    const char* name;
    double (*function)(double, double);
} pairs[] = {
    TWO(pow),  TWO(fmod), TWO(atan2),    TWO(hypot),     TWO(fmin),
    TWO(fmax), TWO(fdim), TWO(copysign), TWO(remainder), TWO(nextafter),
};

int main(void) {
    for (size_t f = 0; f < sizeof functions / sizeof *functions; f++)
        for (int i = 0; i < COUNT; i++) {
            errno = 0;
            show(functions[f].name, values[i], functions[f].function(values[i]));
            if (errno) printf("  error %d\n", errno);
        }
    for (size_t f = 0; f < sizeof pairs / sizeof *pairs; f++)
        for (int i = 0; i < COUNT; i++)
            for (int j = 0; j < COUNT; j++) {
                errno = 0;
                printf("%a: ", values[j]);
                show(pairs[f].name, values[i], pairs[f].function(values[i], values[j]));
                if (errno) printf("  error %d\n", errno);
            }
    for (int i = 0; i < COUNT; i++) {
        double x = values[i], whole;
        int exponent = 0;
        double mantissa = frexp(x, &exponent);
        show("frexp", x, mantissa);
        if (isfinite(x)) printf("exponent %d\n", exponent);
        show("modf", x, modf(x, &whole));
        show("whole", x, whole);
        show("logb", x, logb(x));
        printf("ilogb %d lrint %ld llround %lld\n", ilogb(x), isfinite(x) && fabs(x) < 1e18 ? lrint(x) : 0,
               isfinite(x) && fabs(x) < 1e18 ? llround(x) : 0);
        for (int n = -1100; n <= 1100; n += 275) show("ldexp", x, ldexp(x, n));
        show("scalbn", x, scalbn(x, -3));
        printf("%d %d %d %d %d %d\n", fpclassify(x), !!isfinite(x), !!isnan(x), !!isinf(x), !!isnormal(x),
               isnan(x) ? 0 : !!signbit(x));
    }
    return 0;
}
