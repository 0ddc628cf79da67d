/* Real numbers: rounding, comparison, the mathematical functions, infinities and what is no number. */
#include <float.h>
#include <math.h>
#include <stdio.h>

int main(void) {
    double tenth = 0.1, sum = 0;
    for (int i = 0; i < 10; i++) sum += tenth;
    printf("%.17g %d %d\n", sum, sum == 1, fabs(sum - 1) < 1e-12);
    printf("%g %g %g\n", floor(-2.5), ceil(-2.5), trunc(-2.5));
    printf("%g %g %ld\n", round(2.5), rint(2.5), lround(-2.5));
    printf("%.10f %.10f %.10f\n", sqrt(2), pow(2, 0.5), exp(log(2) / 2));
    printf("%.6f %.6f %.6f %.6f\n", sin(1), cos(1), tan(1), atan2(1, -1));
    printf("%g %g %g\n", fmod(10, 3), fmod(-10, 3), hypot(3, 4));
    int exponent;
    double fraction = frexp(48, &exponent), whole, rest = modf(3.75, &whole);
    printf("%g %d, %g %g, %g\n", fraction, exponent, whole, rest, ldexp(0.75, 6));
    double zero = 0, infinite = 1 / zero, none = zero * infinite;
    printf("%g %g %d %d %d\n", infinite, -infinite, isinf(infinite) != 0, isnan(none) != 0, none == none);
    printf("%g %g\n", DBL_MAX, DBL_EPSILON);
    printf("%d %d %d\n", (int)3.99, (int)-3.99, (unsigned char)65.7);
    float single = 16777216.0f;
    printf("%.1f %.1f\n", single + 1.0f, (double)single + 1.0);
    printf("%a %.3a\n", 1.0, 0.1);
    return 0;
}
