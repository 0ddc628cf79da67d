/* While a handler runs, its own signal is blocked, and those of sa_mask; SA_NODEFER lets it nest. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>

static char trace[200];
static int length;
static volatile sig_atomic_t depth, deepest;

static void note(char c) {
    trace[length++] = c;
    trace[length] = '\0';
}

static void inner(int signal) {
    (void)signal;
    note('(');
    note(')');
}

static void outer(int signal) {
    note('[');
    raise(SIGUSR2);
    if (length < 20 && signal == SIGUSR1 && trace[0] == 'n') {
        depth++;
        if (depth > deepest) deepest = depth;
        if (depth < 3) raise(SIGUSR1);
        depth--;
    }
    note(']');
}

static void experiment(char name, int flags, int blocks_other) {
    struct sigaction action = {.sa_handler = outer, .sa_flags = flags};
    sigemptyset(&action.sa_mask);
    if (blocks_other) sigaddset(&action.sa_mask, SIGUSR2);
    sigaction(SIGUSR1, &action, NULL);
    length = 0;
    note(name);
    raise(SIGUSR1);
    printf("%s\n", trace);
}

int main(void) {
    signal(SIGUSR2, inner);
    experiment('a', 0, 0);
    experiment('b', 0, 1);
    experiment('n', SA_NODEFER, 1);
    printf("nested %d deep\n", (int)deepest);
    struct sigaction once = {.sa_handler = inner, .sa_flags = SA_RESETHAND}, now;
    sigemptyset(&once.sa_mask);
    sigaction(SIGUSR1, &once, NULL);
    raise(SIGUSR1);
    sigaction(SIGUSR1, NULL, &now);
    printf("after SA_RESETHAND it is the default: %d\n", now.sa_handler == SIG_DFL);
    return 0;
}
