/* Arithmetic by recursive descent: expression, term, factor; errors leave by longjmp(). */
#include <ctype.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

static const char *at;
static jmp_buf failed;

static _Noreturn void fail(const char *reason) {
    printf("error: %s at '%.8s'\n", reason, at);
    longjmp(failed, 1);
}

static void skip(void) {
    while (isspace((unsigned char)*at)) at++;
}

static double expression(void);

static double factor(void) {
    skip();
    if (*at == '-') {
        at++;
        return -factor();
    }
    if (*at == '(') {
        at++;
        double value = expression();
        skip();
        if (*at++ != ')') {
            at--;
            fail("missing )");
        }
        return value;
    }
    char *end;
    double value = strtod(at, &end);
    if (end == at) fail("a number is missing");
    at = end;
    return value;
}

static double term(void) {
    double value = factor();
    for (skip(); *at == '*' || *at == '/'; skip()) {
        char operator = *at++;
        double right = factor();
        if (operator == '/' && right == 0) fail("division by zero");
        value = operator == '*' ? value * right : value / right;
    }
    return value;
}

static double expression(void) {
    double value = term();
    for (skip(); *at == '+' || *at == '-'; skip()) {
        if (*at++ == '+')
            value += term();
        else
            value -= term();
    }
    return value;
}

int main(void) {
    static const char *const lines[] = {"1 + 2 * 3",     "(1 + 2) * 3", "2*(3-(4-5))/4", "-3 * -(2 + 1)", "10 / 4 / 5",
                                        "1 / (2 - 2)", "(1 + 2",        "1 + * 2",       "1.5e3 - .5",    "7 x"};
    for (unsigned i = 0; i < sizeof lines / sizeof *lines; i++) {
        at = lines[i];
        printf("%-16s = ", lines[i]);
        if (setjmp(failed)) continue;
        double value = expression();
        skip();
        if (*at) fail("too much");
        printf("%.10g\n", value);
    }
    return 0;
}
