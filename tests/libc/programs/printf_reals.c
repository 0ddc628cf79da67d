// Floating-point conversions of printf().
#include <math.h>
#include <stdio.h>

int main(void) {
    static const double values[] = {0.0,      -0.0,          1.0,   -1.5,   3.14159265358979,
                                    1e-5,     123456789.125, 1e100, 5e-324, 0.1,
                                    9.999999, 1e15,          0.5,   2.5,    1e21};
    static const char* const formats[] = {
        "%f",       "%e",    "%g",   "%a",    "%F",    "%E",     "%G",       "%A",     "%.0f",  "%.0e",
        "%.0g",     "%#.0f", "%#g",  "%.3f",  "%.10g", "%15.4f", "%-15.4f|", "%+.2f",  "% .2f", "%015.3f",
        "%+015.3e", "%.1a",  "%20a", "%020a", "%.40f", "%#.0e",  "%lf",      "%Lf" + 0};
    for (unsigned f = 0; f < sizeof formats / sizeof *formats - 1; f++) {
        printf("%s:", formats[f]);
        for (unsigned v = 0; v < sizeof values / sizeof *values; v++) {
            printf(" ");
            printf(formats[f], values[v]);
        }
        printf("\n");
    }
    volatile double zero = 0;
    printf("%f %F %e %010f %-10f| %+f\n", 1 / zero, -1 / zero, 1 / zero, 1 / zero, 1 / zero, 1 / zero);
    printf("%.1200f\n%1300.1150e|\n%-1300.1150e|\n", 0.1, 0.1, 0.1);
    float single = 0.1f;
    printf("%f %.9g\n", single, single);
    return 0;
}
