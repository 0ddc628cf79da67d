/* Faults are signals too: a handler learns the address, and may jump back to a safe place. */
#define _POSIX_C_SOURCE 200809L
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>

static sigjmp_buf safe;
static volatile sig_atomic_t caught;
static void *volatile where;

static void on_fault(int signal, siginfo_t *info, void *context) {
    (void)context;
    caught = signal;
    where = info->si_addr;
    siglongjmp(safe, 1);
}

int main(void) {
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
    sigemptyset(&action.sa_mask);
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGFPE, &action, NULL);
    int *volatile pointer = (int *)16;
    volatile int zero = 0, result = 0;
    if (sigsetjmp(safe, 1) == 0) result = *pointer;
    printf("signal %s at %p\n", caught == SIGSEGV ? "SIGSEGV" : "?", where);
    if (sigsetjmp(safe, 1) == 0) *pointer = 1;
    printf("signal %s at %p\n", caught == SIGSEGV ? "SIGSEGV" : "?", where);
    if (sigsetjmp(safe, 1) == 0) result = 7 / zero;
    printf("signal %s\n", caught == SIGFPE ? "SIGFPE" : "?");
    printf("result %d\n", result);
    return 0;
}
