// err(), warn(), error() and their like; the texts of every error and signal.
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <error.h>
#include <netdb.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void ended(const char* what) {
    int status = 0;
    wait(&status);
    printf("%s: exit %d signal %d\n", what, WIFEXITED(status) ? WEXITSTATUS(status) : -1,
           WIFSIGNALED(status) ? WTERMSIG(status) : 0);
    fflush(stdout);
}

static int child(void) {
    fflush(stdout);
    return fork() == 0;
}

static void forward(void (*print)(const char*, va_list), const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    print(format, arguments);
    va_end(arguments);
}

static void die(void (*print)(int, const char*, va_list), const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    print(9, format, arguments);
}

static void also(void) {
    fprintf(stderr, "[name]: ");
}

int main(void) {
    errno = ENOENT;
    warn("open %s", "file");
    errno = EACCES;
    warn(0);
    warnx("plain %d%%", 5);
    warnx(0);
    errno = EPIPE;
    forward(vwarn, "v %d", 1);
    forward(vwarnx, "vx %d", 2);
    errno = ERANGE;
    if (child()) err(3, "%s", "fatal");
    ended("err");
    if (child()) errx(256 + 4, "fatal %d", 4);
    ended("errx");
    if (child()) die(verr, "verr %d", 5);
    ended("verr");
    if (child()) die(verrx, "verrx %d", 6);
    ended("verrx");
    printf("before the message\n");
    error(0, ENOMEM, "with a number %d", 7);
    error(0, 0, "without");
    error(0, 9999, "unknown");
    if (child()) error(8, EINTR, "the end");
    ended("error");
    error_at_line(0, EBADF, "file.c", 42, "at a line");
    error_one_per_line = 1;
    error_at_line(0, 0, "file.c", 43, "once");
    error_at_line(0, 0, "file.c", 43, "twice");
    error_at_line(0, 0, "file.c", 44, "next");
    error_print_progname = also;
    error(0, EBUSY, "own name");
    printf("messages %u\n", error_message_count);

    for (int number = -2; number < 140; number++) {
        char buffer[20] = "", *name = strerror_r(number, buffer, sizeof buffer);
        const char* symbol = strerrorname_np(number);
        const char* text = strerrordesc_np(number);
        printf("%d: %s | %s | %s | %s\n", number, strerror(number), name, symbol ? symbol : "none",
               text ? text : "none");
    }
    for (int number = -1; number < 70; number++) {
        const char* text = sigdescr_np(number);
        const char* name = sigabbrev_np(number);
        printf("%d: %s | %s | %s\n", number, strsignal(number), text ? text : "none", name ? name : "none");
        fflush(stdout);
        psignal(number, number % 2 ? "signal" : number % 4 ? "" : 0);
    }
    for (int number = 0; number < 66; number++)
        for (int code = -7; code < 10; code++) {
            siginfo_t info = {.si_signo = number, .si_code = code, .si_pid = 16, .si_uid = 2};
            psiginfo(&info, code == 3 ? 0 : code == 4 ? "" : "info");
        }
    siginfo_t info = {.si_signo = SIGTERM, .si_code = SI_KERNEL};
    psiginfo(&info, "kernel");
    for (int number = -12; number < 3; number++) printf("%d: %s\n", number, gai_strerror(number));
    for (int number = -1; number < 6; number++) printf("%d: %s\n", number, hstrerror(number));
    errno = ENOTTY;
    perror("perror");
    perror("");
    perror(0);
    errno = 4444;
    perror("unknown");
    return 0;
}
