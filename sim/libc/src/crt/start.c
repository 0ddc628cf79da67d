// Where a program begins: the kernel calls _start with what execve() was given.
extern int main(int argc, char** argv, char** envp);
extern void (*__init_array_start[])(void);
extern void (*__init_array_end[])(void);
_Noreturn void exit(int status);

char** environ;
char** __program_arguments;

void _start(long argc, char** argv, char** envp) {
    environ = envp;
    __program_arguments = argv;
    for (void (**constructor)(void) = __init_array_start; constructor < __init_array_end; constructor++)
        (*constructor)();
    exit(main((int)argc, argv, envp));
}
