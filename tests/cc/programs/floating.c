// float and double: arithmetic, conversions, comparisons with NaN, printing.
#include <math.h>
#include <stdio.h>

static float half(float x) { return x / 2; }
static double table[] = {1, 2.5, -3e10, .125};

int main(void) {
    float f = 0.1f;
    double d = 0.1;
    printf("%.10f %.17f %d\n", f, d, f == d);
    printf("%f %e %g\n", f * 3, d * 1e300, 1e-5);
    printf("%d %d %u %ld\n", (int)3.99, (int)-3.99, (unsigned)3e9, (long)-1e18);
    printf("%f %f %f\n", (double)7u, (float)16777217, (double)18446744073709551615ul);
    printf("%.3f %.3f\n", half(5), half(3) + 1);
    d += 1, d *= 2, d -= .2, f /= 3, f++;
    printf("%.6f %.6f\n", d, f);
    int i = 7;
    i *= 1.5;
    i += 0.9;
    printf("%d\n", i);
    char c = 'a';
    c += 1.7;
    printf("%c\n", c);
    double nan = NAN, inf = INFINITY;
    printf("%d %d %d %d %d\n", nan == nan, nan != nan, nan < 1, !(nan >= 1), inf > 1e308);
    printf("%d %d\n", nan ? 1 : 0, 0.0 || -0.0);
    printf("%g %g %g\n", sqrt(2), pow(2, 10), floor(-2.5));
    double sum = 0;
    for (int k = 0; k < 4; k++) sum += table[k] / (k + 1);
    printf("%.4f\n", sum);
    printf("%d %d\n", 1.5 > 1, !0.0);
    printf("%s\n", 0.1 + 0.2 == 0.3 ? "equal" : "not equal");
    float floats[3] = {1.5, 2.5};
    floats[2] = floats[0] * floats[1];
    printf("%g %g %g\n", -floats[2], floats[1]++, floats[1]);
    unsigned long big = 1UL << 63;
    printf("%.1f %lu\n", (double)big, (unsigned long)9.3e18);
    while (d > 1) d /= 2;
    printf("%.5f\n", d);
    return 0;
}
