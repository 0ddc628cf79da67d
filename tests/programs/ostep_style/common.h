#ifndef COMMON_H
#define COMMON_H
#include <assert.h>
#include <sys/stat.h>
#include <sys/time.h>

double GetTime(void);
void Spin(int howlong_ms);
static inline double Elapsed(double since) {
    return GetTime() - since;
}
#endif
