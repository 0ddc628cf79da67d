// prctl(2). How many arguments there are depends on the option; a program passes no more than it must.
#include <bits/syscall.h>
#include <stdarg.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

static int count_of(int option) {
    switch (option) {
    case PR_SET_PDEATHSIG:
    case PR_GET_PDEATHSIG:
    case PR_SET_DUMPABLE:
    case PR_SET_NAME:
    case PR_GET_NAME:
    case PR_SET_CHILD_SUBREAPER:
    case PR_GET_CHILD_SUBREAPER:
        return 1;
    case PR_SET_NO_NEW_PRIVS:
    case PR_GET_NO_NEW_PRIVS:
        return 4;
    default:
        return 0;
    }
}

int prctl(int option, ...) {
    va_list list;
    long a[4] = {0, 0, 0, 0};
    va_start(list, option);
    for (int i = 0; i < count_of(option); i++) a[i] = va_arg(list, long);
    va_end(list);
    return (int)CALL5(SYS_prctl, option, a[0], a[1], a[2], a[3]);
}
