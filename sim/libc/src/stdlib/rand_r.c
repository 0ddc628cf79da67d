// rand_r(): glibc's, three steps of a linear congruential generator for 31 bits.
#include <stdlib.h>

int rand_r(unsigned int* seed) {
    unsigned int next = *seed, result;
    next = next * 1103515245U + 12345U;
    result = next / 65536 % 2048;
    next = next * 1103515245U + 12345U;
    result = result << 10 ^ next / 65536 % 1024;
    next = next * 1103515245U + 12345U;
    result = result << 10 ^ next / 65536 % 1024;
    *seed = next;
    return (int)result;
}
