// A stack overflow that is survived: its handler runs on a stack of its own (sigaltstack(2)).
#define _GNU_SOURCE
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static sigjmp_buf back;
static char *stack_begin;
enum { STACK_BYTES = 65536 };

static void report(const char *what, int result) {
    printf("%s: %d%s%s\n", what, result, result < 0 ? " " : "", result < 0 ? strerror(errno) : "");
}

static void on_overflow(int signal) {
    char here;
    siglongjmp(back, signal == SIGSEGV && &here > stack_begin && &here < stack_begin + STACK_BYTES ? 1 : 2);
}

static void on_user(int signal) {
    stack_t now;
    char here;
    (void)signal;
    sigaltstack(NULL, &now);
    printf("on it: %d, flags %d\n", &here > stack_begin && &here < stack_begin + STACK_BYTES, now.ss_flags);
    now.ss_flags = 0;
    report("cannot be changed now", sigaltstack(&now, NULL));
}

static int dig(volatile int *depth) {
    volatile char room[1000];
    room[0] = room[999] = 1;
    if (++*depth < 0) return 0;
    return dig(depth) + room[0];
}

int main(void) {
    stack_t stack, old;
    struct sigaction action;
    volatile int depth = 0;

    stack_begin = malloc(STACK_BYTES);
    memset(&stack, 0, sizeof stack);
    stack.ss_sp = stack_begin;
    stack.ss_size = 100;
    report("too small", sigaltstack(&stack, NULL));
    stack.ss_size = STACK_BYTES;
    sigaltstack(&stack, &old);
    printf("before: flags %d\n", old.ss_flags);
    memset(&action, 0, sizeof action);
    action.sa_flags = SA_ONSTACK;
    action.sa_handler = on_user;
    sigaction(SIGUSR1, &action, NULL);
    raise(SIGUSR1);
    action.sa_flags = 0;
    action.sa_handler = on_overflow;
    action.sa_flags = SA_ONSTACK;
    sigaction(SIGSEGV, &action, NULL);
    for (int i = 0; i < 2; i++) {
        switch (sigsetjmp(back, 1)) {
        case 0:
            return dig(&depth);
        case 1:
            printf("survived, deeper than 1000 calls: %d\n", depth > 1000);
            break;
        default:
            printf("on the wrong stack\n");
        }
        depth = 0;
    }
    return 0;
}
