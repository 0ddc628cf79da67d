// Strings, pointers, %n, %m and positional arguments of printf().
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(void) {
    printf("[%s][%10s][%-10s][%.2s][%10.2s][%.0s][%-6.3s]\n", "hello", "hello", "hello", "hello", "hello",
           "x", "abcdef");
    char* nothing = NULL;
    printf("[%s][%.3s][%.6s][%10s]\n", nothing, nothing, nothing, nothing);
    printf("[%p][%p][%20p][%-20p]\n", NULL, (void*)0x1234abcd, (void*)0x10, (void*)0x10);
    int counted = 0;
    long counted_long = 0;
    printf("abc%n def%ln\n", &counted, &counted_long);
    printf("%d %ld\n", counted, counted_long);
    errno = ENOENT;
    printf("%m|%30m|%-30m|\n");
    printf("%2$d %1$d|%1$*2$d|%2$.*1$d|%3$s %3$.2s\n", 3, 7, "text");
    printf("%1$ld %2$f %3$c %1$lx\n", 1234567890123L, 2.5, 'z');
    char buffer[10];
    int needed = snprintf(buffer, sizeof buffer, "%s", "0123456789abc");
    printf("%d %s\n", needed, buffer);
    printf("%d\n", snprintf(NULL, 0, "%d-%s", 12345, "abc"));
    char* made;
    printf("%d", asprintf(&made, "%0300d", 5));
    printf(" %zu\n", strlen(made));
    free(made);
    char big[2000];
    sprintf(big, "%1500d|%-300s|", 7, "x");
    printf("%zu %c %c\n", strlen(big), big[1499], big[1500]);
    printf("%d\n", printf("%s%c", "four", '\n'));
    fflush(stdout);
    dprintf(1, "dprintf %d\n", 5);
    fprintf(stdout, "%5.1f%%\n", 12.345);
    return 0;
}
