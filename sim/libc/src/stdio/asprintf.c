// printf() into memory that is allocated for it.
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

int vasprintf(char** to, const char* format, va_list given) {
    char small[200];
    int length = vsnprintf(small, sizeof small, format, given);
    if (length < 0) return -1;
    char* text = malloc((size_t)length + 1);
    if (!text) return -1;
    if ((size_t)length < sizeof small)
        __ipclab_memcpy(text, small, length + 1);
    else
        vsnprintf(text, (size_t)length + 1, format, given);
    *to = text;
    return length;
}

int asprintf(char** to, const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int result = vasprintf(to, format, arguments);
    va_end(arguments);
    return result;
}
