/* snprintf() and its like: what fits, what is cut, and what they return. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static int add(char *text, size_t size, const char *format, ...) {
    size_t used = strlen(text);
    va_list arguments;
    va_start(arguments, format);
    int wanted = vsnprintf(text + used, size - used, format, arguments);
    va_end(arguments);
    return wanted < 0 || (size_t)wanted >= size - used ? -1 : wanted;
}

int main(void) {
    char text[12] = "";
    printf("%d [%s]\n", add(text, sizeof text, "%d", 123), text);
    int result = add(text, sizeof text, "-%s", "abc");
    printf("%d [%s]\n", result, text);
    result = add(text, sizeof text, "-%s", "too long");
    printf("%d [%s]\n", result, text);
    char exact[6];
    printf("%d", snprintf(exact, sizeof exact, "%s", "12345"));
    printf(" [%s]\n", exact);
    char *volatile nowhere = NULL;
    printf("%d\n", snprintf(nowhere, 0, "%s and %d", "measured only", 42));
    char padded[8];
    strncpy(padded, "ab", sizeof padded);
    printf("%d %d\n", padded[2], padded[7]);
    return 0;
}
