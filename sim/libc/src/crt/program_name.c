// program_invocation_name and its last component, filled in before main.
#include <errno.h>

extern char** __program_arguments;

char* program_invocation_name = "";
char* program_invocation_short_name = "";

__attribute__((constructor)) static void set_program_name(void) {
    if (__program_arguments[0] == 0) return;
    program_invocation_name = __program_arguments[0];
    program_invocation_short_name = program_invocation_name;
    for (char* p = program_invocation_name; *p; p++)
        if (*p == '/') program_invocation_short_name = p + 1;
}
