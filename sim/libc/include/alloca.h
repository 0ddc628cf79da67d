#ifndef _ALLOCA_H
#define _ALLOCA_H
#include <bits/types.h>
#define alloca(bytes) __builtin_alloca(bytes)
#endif
