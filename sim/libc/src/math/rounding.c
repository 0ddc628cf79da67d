// The functions of this kind are the machine's own, in double precision; the float ones round their results.
#include <errno.h>
#include <math.h>

double floor(double x) {
    return __ipclab_floor(x);
}
float floorf(float x) {
    return (float)floor(x);
}
double ceil(double x) {
    return __ipclab_ceil(x);
}
float ceilf(float x) {
    return (float)ceil(x);
}
double round(double x) {
    return __ipclab_round(x);
}
float roundf(float x) {
    return (float)round(x);
}
double trunc(double x) {
    return __ipclab_trunc(x);
}
float truncf(float x) {
    return (float)trunc(x);
}
double fabs(double x) {
    return __ipclab_fabs(x);
}
float fabsf(float x) {
    return (float)fabs(x);
}
double fmod(double x, double y) {
    if ((y == 0.0 || x - x != 0.0) && x == x && y == y) errno = EDOM;
    return __ipclab_fmod(x, y);
}
float fmodf(float x, float y) {
    return (float)fmod(x, y);
}
