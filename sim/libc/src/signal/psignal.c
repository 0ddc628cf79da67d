#include <signal.h>
#include <stdio.h>
#include <string.h>

void psignal(int signal, const char* prefix) {
    const char* colon = prefix && *prefix ? ": " : "";
    if (!prefix) prefix = "";
    const char* text = sigdescr_np(signal);
    if (text || (signal >= SIGRTMIN && signal <= SIGRTMAX))
        fprintf(stderr, "%s%s%s\n", prefix, colon, text ? text : strsignal(signal));
    else
        fprintf(stderr, "%s%sUnknown signal %d\n", prefix, colon, signal);
}
