// The 48-bit linear congruential generator (drand48(3)): X' = a X + c mod 2^48.
#include <stdlib.h>

static unsigned short current[3];
static unsigned short previous[3];
static unsigned long multiplier = 0x5deece66dUL, addend = 11;

static unsigned long join(const unsigned short* state) {
    return (unsigned long)state[2] << 32 | (unsigned long)state[1] << 16 | state[0];
}

static void split(unsigned long value, unsigned short* state) {
    state[0] = (unsigned short)value;
    state[1] = (unsigned short)(value >> 16);
    state[2] = (unsigned short)(value >> 32);
}

static unsigned long next(unsigned short* state) {
    unsigned long value = (join(state) * multiplier + addend) & 0xffffffffffffUL;
    split(value, state);
    return value;
}

double erand48(unsigned short state[3]) {
    return (double)next(state) / 281474976710656.0;
}
double drand48(void) {
    return erand48(current);
}
long nrand48(unsigned short state[3]) {
    return (long)(next(state) >> 17);
}
long lrand48(void) {
    return nrand48(current);
}
long jrand48(unsigned short state[3]) {
    return (int)(next(state) >> 16);
}
long mrand48(void) {
    return jrand48(current);
}
void srand48(long seed) {
    split(((unsigned long)seed & 0xffffffffUL) << 16 | 0x330e, current);
    multiplier = 0x5deece66dUL;
    addend = 11;
}
unsigned short* seed48(unsigned short state[3]) {
    for (int i = 0; i < 3; i++) {
        previous[i] = current[i];
        current[i] = state[i];
    }
    multiplier = 0x5deece66dUL;
    addend = 11;
    return previous;
}
void lcong48(unsigned short parameters[7]) {
    for (int i = 0; i < 3; i++) current[i] = parameters[i];
    multiplier = join(parameters + 3);
    addend = parameters[6];
}
