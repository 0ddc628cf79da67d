#include "common.h"

#include <stddef.h>

double GetTime(void) {
    struct timeval t;
    int rc = gettimeofday(&t, NULL);
    assert(rc == 0);
    return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

void Spin(int howlong_ms) {
    double t = GetTime();
    while ((GetTime() - t) * 1000 < (double)howlong_ms) continue;
}
