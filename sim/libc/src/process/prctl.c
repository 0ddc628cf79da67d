#include <bits/syscall.h>
#include <stdarg.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

int prctl(int option, ...) {
    va_list list;
    long a[4];
    va_start(list, option);
    for (int i = 0; i < 4; i++) a[i] = va_arg(list, long);
    va_end(list);
    return (int)CALL5(SYS_prctl, option, a[0], a[1], a[2], a[3]);
}
