// Of long double: the machine's own functions.
#include <errno.h>
#include <math.h>

/// math_error(7): no number out of numbers, or an infinity out of finite ones.
static long double checked(long double result, long double x, long double y) {
    if (result != result && x == x && y == y)
        errno = EDOM;
    else if (result - result != 0.0L && result == result && x - x == 0.0L && y - y == 0.0L)
        errno = ERANGE;
    return result;
}

long double sqrtl(long double x) {
    long double result;
    __ipclab_sqrtl(&result, &x);
    return checked(result, x, 0.0L);
}
long double sinl(long double x) {
    long double result;
    __ipclab_sinl(&result, &x);
    return checked(result, x, 0.0L);
}
long double cosl(long double x) {
    long double result;
    __ipclab_cosl(&result, &x);
    return checked(result, x, 0.0L);
}
long double tanl(long double x) {
    long double result;
    __ipclab_tanl(&result, &x);
    return checked(result, x, 0.0L);
}
long double asinl(long double x) {
    long double result;
    __ipclab_asinl(&result, &x);
    return checked(result, x, 0.0L);
}
long double acosl(long double x) {
    long double result;
    __ipclab_acosl(&result, &x);
    return checked(result, x, 0.0L);
}
long double atanl(long double x) {
    long double result;
    __ipclab_atanl(&result, &x);
    return result;
}
long double expl(long double x) {
    long double result;
    __ipclab_expl(&result, &x);
    if (result == 0.0L && x - x == 0.0L) errno = ERANGE;
    return checked(result, x, 0.0L);
}
long double logl(long double x) {
    long double result;
    __ipclab_logl(&result, &x);
    return checked(result, x, 0.0L);
}
long double log2l(long double x) {
    long double result;
    __ipclab_log2l(&result, &x);
    return checked(result, x, 0.0L);
}
long double log10l(long double x) {
    long double result;
    __ipclab_log10l(&result, &x);
    return checked(result, x, 0.0L);
}
long double floorl(long double x) {
    long double result;
    __ipclab_floorl(&result, &x);
    return result;
}
long double ceill(long double x) {
    long double result;
    __ipclab_ceill(&result, &x);
    return result;
}
long double roundl(long double x) {
    long double result;
    __ipclab_roundl(&result, &x);
    return result;
}
long double truncl(long double x) {
    long double result;
    __ipclab_truncl(&result, &x);
    return result;
}
long double rintl(long double x) {
    long double result;
    __ipclab_rintl(&result, &x);
    return result;
}
long double fabsl(long double x) {
    long double result;
    __ipclab_fabsl(&result, &x);
    return result;
}
long double cbrtl(long double x) {
    long double result;
    __ipclab_cbrtl(&result, &x);
    return result;
}
long double exp2l(long double x) {
    long double result;
    __ipclab_exp2l(&result, &x);
    if (result == 0.0L && x - x == 0.0L) errno = ERANGE;
    return checked(result, x, 0.0L);
}
long double expm1l(long double x) {
    long double result;
    __ipclab_expm1l(&result, &x);
    return checked(result, x, 0.0L);
}
long double log1pl(long double x) {
    long double result;
    __ipclab_log1pl(&result, &x);
    return checked(result, x, 0.0L);
}
long double logbl(long double x) {
    long double result;
    __ipclab_logbl(&result, &x);
    return result;
}
long double sinhl(long double x) {
    long double result;
    __ipclab_sinhl(&result, &x);
    return checked(result, x, 0.0L);
}
long double coshl(long double x) {
    long double result;
    __ipclab_coshl(&result, &x);
    return checked(result, x, 0.0L);
}
long double tanhl(long double x) {
    long double result;
    __ipclab_tanhl(&result, &x);
    return result;
}
long double asinhl(long double x) {
    long double result;
    __ipclab_asinhl(&result, &x);
    return result;
}
long double acoshl(long double x) {
    long double result;
    __ipclab_acoshl(&result, &x);
    return checked(result, x, 0.0L);
}
long double atanhl(long double x) {
    long double result;
    __ipclab_atanhl(&result, &x);
    return checked(result, x, 0.0L);
}
long double erfl(long double x) {
    long double result;
    __ipclab_erfl(&result, &x);
    return result;
}
long double erfcl(long double x) {
    long double result;
    __ipclab_erfcl(&result, &x);
    if (result == 0.0L && x - x == 0.0L) errno = ERANGE;
    return checked(result, x, 0.0L);
}
long double tgammal(long double x) {
    long double result;
    __ipclab_tgammal(&result, &x);
    return checked(result, x, 0.0L);
}
long double atan2l(long double x, long double y) {
    long double result;
    __ipclab_atan2l(&result, &x, &y);
    if (result == 0.0L && y - y == 0.0L && x != 0.0L) errno = ERANGE;
    return result;
}
long double powl(long double x, long double y) {
    long double result;
    __ipclab_powl(&result, &x, &y);
    if (result == 0.0L && x != 0.0L && x - x == 0.0L && y - y == 0.0L) errno = ERANGE;
    return checked(result, x, y);
}
long double fmodl(long double x, long double y) {
    long double result;
    __ipclab_fmodl(&result, &x, &y);
    return checked(result, x, y);
}
long double hypotl(long double x, long double y) {
    long double result;
    __ipclab_hypotl(&result, &x, &y);
    return checked(result, x, y);
}
long double remainderl(long double x, long double y) {
    long double result;
    __ipclab_remainderl(&result, &x, &y);
    return checked(result, x, y);
}
long double nextafterl(long double x, long double y) {
    long double result;
    __ipclab_nextafterl(&result, &x, &y);
    return checked(result, x, y);
}
long double fmal(long double x, long double y, long double z) {
    long double result;
    __ipclab_fmal(&result, &x, &y, &z);
    return checked(result, x + y, z);
}
