// The exec functions that take their arguments one by one.
#include <stdarg.h>
#include <unistd.h>

extern char** environ;

static long count_arguments(va_list given) {
    va_list arguments;
    va_copy(arguments, given);
    long count = 1;
    while (va_arg(arguments, char*)) count++;
    va_end(arguments);
    return count;
}

static void take_arguments(char** argv, const char* first, va_list* arguments) {
    argv[0] = (char*)first;
    long count = 1;
    while ((argv[count] = va_arg(*arguments, char*)) != 0) count++;
}

int execl(const char* path, const char* first, ...) {
    va_list arguments;
    va_start(arguments, first);
    char* argv[count_arguments(arguments) + 1];
    take_arguments(argv, first, &arguments);
    va_end(arguments);
    return execve(path, argv, environ);
}

int execlp(const char* file, const char* first, ...) {
    va_list arguments;
    va_start(arguments, first);
    char* argv[count_arguments(arguments) + 1];
    take_arguments(argv, first, &arguments);
    va_end(arguments);
    return execvpe(file, argv, environ);
}

int execle(const char* path, const char* first, ...) {
    va_list arguments;
    va_start(arguments, first);
    char* argv[count_arguments(arguments) + 1];
    take_arguments(argv, first, &arguments);
    char** envp = va_arg(arguments, char**);
    va_end(arguments);
    return execve(path, argv, envp);
}
