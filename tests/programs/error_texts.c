/* The numbers of errors, their names and their texts. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>

int main(void) {
    for (int error = 0; error <= 134; error++) {
        const char *name = strerrorname_np(error);
        printf("%3d %-16s %s\n", error, name ? name : "-", strerror(error));
    }
    char text[64];
    printf("%s\n", strerror_r(ENOENT, text, sizeof text));
    errno = EPIPE;
    printf("%m\n");
    return 0;
}
