// Looking for a byte in a string.
#include <string.h>

char* strchr(const char* text, int c) {
    return __ipclab_memchr(text, c & 255, __ipclab_strlen(text) + 1);
}

char* strrchr(const char* text, int c) {
    const char* end = text + __ipclab_strlen(text);
    for (;; end--) {
        if (*end == (char)c) return (char*)end;
        if (end == text) return 0;
    }
}

char* strchrnul(const char* text, int c) {
    long length = __ipclab_strlen(text);
    char* found = __ipclab_memchr(text, c & 255, length);
    return found ? found : (char*)text + length;
}

char* index(const char* text, int c) {
    return strchr(text, c);
}

char* rindex(const char* text, int c) {
    return strrchr(text, c);
}
