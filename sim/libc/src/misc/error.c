// error(3).
#include <errno.h>
#include <error.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

unsigned int error_message_count;
int error_one_per_line;
void (*error_print_progname)(void);

static void report(int status, int number, const char* file, unsigned int line, const char* format,
                   va_list arguments) {
    static const char* last_file;
    static unsigned int last_line;
    if (file && error_one_per_line) {
        if (line == last_line && last_file && strcmp(file, last_file) == 0) return;
        last_file = file;
        last_line = line;
    }
    fflush(stdout);
    if (error_print_progname)
        error_print_progname();
    else
        fprintf(stderr, file ? "%s:" : "%s: ", program_invocation_name);
    if (file) fprintf(stderr, "%s:%u: ", file, line);
    vfprintf(stderr, format, arguments);
    error_message_count++;
    if (number) fprintf(stderr, ": %s", strerror(number));
    putc('\n', stderr);
    if (status) exit(status);
}

void error(int status, int number, const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    report(status, number, 0, 0, format, arguments);
    va_end(arguments);
}

void error_at_line(int status, int number, const char* file, unsigned int line, const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    report(status, number, file, line, format, arguments);
    va_end(arguments);
}
