/* The names and numbers of signals, as the library says them. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <string.h>

int main(void) {
    for (int signal = 1; signal < 32; signal++)
        printf("%2d SIG%-7s %s\n", signal, sigabbrev_np(signal) ? sigabbrev_np(signal) : "?", strsignal(signal));
    printf("%s, %s, %s\n", strsignal(0), strsignal(SIGRTMIN), strsignal(1000));
    return 0;
}
