// clone(): the child begins with a function on a stack of its own, whose first words tell the kernel which
// (kernel/thread.cpp).
#include <bits/syscall.h>
#include <errno.h>
#include <sched.h>
#include <stdarg.h>

int clone(int (*function)(void*), void* stack, int flags, void* argument, ...) {
    va_list list;
    va_start(list, argument);
    void* parent_id = va_arg(list, void*);
    void* tls = va_arg(list, void*);
    void* child_id = va_arg(list, void*);
    va_end(list);
    if (!function || !stack) {
        errno = EINVAL;
        return -1;
    }
    void** top = (void**)((unsigned long)stack & ~15UL) - 2;
    top[0] = (void*)function;
    top[1] = argument;
    return (int)CALL5(SYS_clone, (unsigned int)flags, top, parent_id, child_id, tls);
}
