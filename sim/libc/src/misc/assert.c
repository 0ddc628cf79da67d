// A failed assertion prints where it is and aborts.
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void report(const char* file, unsigned int line, const char* function, const char* what,
                   const char* quote) {
    const char* name = program_invocation_short_name;
    fprintf(stderr, "%s%s%s:%u: %s: %s%s%s\n", name, *name ? ": " : "", file, line, function, what,
            *quote ? quote : "", *quote ? "' failed." : "");
    fflush(stderr);
}

_Noreturn void __assert_fail(const char* condition, const char* file, unsigned int line,
                             const char* function) {
    report(file, line, function, "Assertion `", condition);
    abort();
}

_Noreturn void __assert_perror_fail(int error, const char* file, unsigned int line, const char* function) {
    char text[100] = "Unexpected error: ";
    strcat(text, strerror(error));
    strcat(text, ".");
    report(file, line, function, text, "");
    abort();
}
