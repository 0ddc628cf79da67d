// exit(): atexit functions in reverse order, destructors, then the streams, then the kernel. _exit() goes to the kernel at
// once.
#include <bits/syscall.h>
#include <stdlib.h>

extern void (*__fini_array_start[])(void);
extern void (*__fini_array_end[])(void);
void (*__exit_streams)(void);
static struct {
    void (*function)(void);
    void (*with_status)(int, void*);
    void* argument;
} handlers[64];
static int handler_count;

int atexit(void (*function)(void)) {
    if (handler_count == 64) return -1;
    handlers[handler_count].with_status = 0;
    handlers[handler_count++].function = function;
    return 0;
}

int on_exit(void (*function)(int, void*), void* argument) {
    if (handler_count == 64) return -1;
    handlers[handler_count].argument = argument;
    handlers[handler_count++].with_status = function;
    return 0;
}

_Noreturn void _exit(int status) {
    for (;;) RAW1(SYS_exit_group, status);
}

_Noreturn void _Exit(int status) {
    _exit(status);
}

_Noreturn void exit(int status) {
    while (handler_count > 0) {
        handler_count--;
        if (handlers[handler_count].with_status)
            handlers[handler_count].with_status(status, handlers[handler_count].argument);
        else
            handlers[handler_count].function();
    }
    static int finished;
    for (void (**destructor)(void) = __fini_array_end; !finished && destructor > __fini_array_start;)
        (*--destructor)();
    finished = 1;
    if (__exit_streams) __exit_streams();
    _exit(status);
}
