#include <bits/syscall.h>
#include <stdarg.h>

long syscall(long number, ...) {
    va_list list;
    long a[6];
    va_start(list, number);
    for (int i = 0; i < 6; i++) a[i] = va_arg(list, long);
    va_end(list);
    return CALL6(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
