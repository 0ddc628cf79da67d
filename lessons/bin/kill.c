// kill [-SIGNAL | -s SIGNAL] PID...: send a signal, SIGTERM unless told otherwise. SIGNAL: 9, KILL or
// SIGKILL. A negative PID means a process group, which needs "--" or a signal before it: kill -- -42
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    int number;
} signals[] = {
    {"EXIT", 0},       {"HUP", SIGHUP},   {"INT", SIGINT},   {"QUIT", SIGQUIT}, {"ILL", SIGILL},
    {"TRAP", SIGTRAP}, {"ABRT", SIGABRT}, {"BUS", SIGBUS},   {"FPE", SIGFPE},   {"KILL", SIGKILL},
    {"USR1", SIGUSR1}, {"SEGV", SIGSEGV}, {"USR2", SIGUSR2}, {"PIPE", SIGPIPE}, {"ALRM", SIGALRM},
    {"TERM", SIGTERM}, {"CHLD", SIGCHLD}, {"CONT", SIGCONT}, {"STOP", SIGSTOP}, {"TSTP", SIGTSTP},
    {"TTIN", SIGTTIN}, {"TTOU", SIGTTOU},
};

// Reads all of `text` as a whole number. Returns 1, or 0 where it is none.
static int parse_number(const char *text, long *value) {
    char *end;
    errno = 0;
    *value = strtol(text, &end, 10);
    return end != text && *end == '\0' && errno == 0;
}

static int signal_number(const char *text) {
    long value;
    if (parse_number(text, &value) && value >= 0 && value <= 64) return (int)value;
    if (strncmp(text, "SIG", 3) == 0) text += 3;
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        if (strcmp(text, signals[i].name) == 0) return signals[i].number;
    }
    fprintf(stderr, "kill: '%s': invalid signal\n", text);
    exit(1);
}

int main(int argc, char *argv[]) {
    int sig = SIGTERM, first = 1, status = 0;
    if (argc > 2 && strcmp(argv[1], "-s") == 0) {
        sig = signal_number(argv[2]);
        first = 3;
    } else if (argc > 1 && argv[1][0] == '-' && strcmp(argv[1], "--") != 0) {
        sig = signal_number(argv[1] + 1);
        first = 2;
    }
    if (first < argc && strcmp(argv[first], "--") == 0) first++;
    if (first >= argc) {
        fprintf(stderr, "kill: no process ID specified\n");
        return 1;
    }
    for (int i = first; i < argc; i++) {
        long pid;
        if (!parse_number(argv[i], &pid)) {
            fprintf(stderr, "kill: '%s': not a process ID\n", argv[i]);
            status = 1;
        } else if (kill((pid_t)pid, sig) < 0) {
            fprintf(stderr, "kill: (%s): %s\n", argv[i], strerror(errno));
            status = 1;
        }
    }
    return status;
}
