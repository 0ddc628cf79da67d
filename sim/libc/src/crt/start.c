// Where a program begins: the kernel calls _start with what execve() was given.
#include <bits/thread.h>

extern int main(int argc, char** argv, char** envp);
extern void (*__init_array_start[])(void);
extern void (*__init_array_end[])(void);
_Noreturn void exit(int status);

char** environ;
char** __program_arguments;
struct __pthread __main_thread;
int __has_threads, __may_be_cancelled;
void (*__cancel_hook)(void);

void _start(long argc, char** argv, char** envp) {
    __main_thread.self = &__main_thread;
    __ipclab_set_thread_pointer(&__main_thread);
    environ = envp;
    __program_arguments = argv;
    for (void (**constructor)(void) = __init_array_start; constructor < __init_array_end; constructor++)
        (*constructor)();
    exit(main((int)argc, argv, envp));
}
