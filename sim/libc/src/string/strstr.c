// Looking for a string in a string.
#include <ctype.h>
#include <string.h>

char* strstr(const char* text, const char* needle) {
    long needle_bytes = __ipclab_strlen(needle), bytes = __ipclab_strlen(text);
    if (needle_bytes == 0) return (char*)text;
    while (bytes >= needle_bytes) {
        const char* at = __ipclab_memchr(text, (unsigned char)*needle, bytes - needle_bytes + 1);
        if (!at) return 0;
        if (__ipclab_memcmp(at, needle, needle_bytes) == 0) return (char*)at;
        bytes -= at + 1 - text;
        text = at + 1;
    }
    return 0;
}

char* strcasestr(const char* text, const char* needle) {
    for (;; text++) {
        const char *a = text, *b = needle;
        while (*b && tolower((unsigned char)*a) == tolower((unsigned char)*b)) a++, b++;
        if (*b == 0) return (char*)text;
        if (*text == 0) return 0;
    }
}
