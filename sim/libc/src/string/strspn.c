// Sets of bytes: spans and tokens.
#include <string.h>

size_t strspn(const char* text, const char* accept) {
    long count = __ipclab_strlen(accept);
    size_t i = 0;
    while (text[i] && __ipclab_memchr(accept, (unsigned char)text[i], count)) i++;
    return i;
}

size_t strcspn(const char* text, const char* reject) {
    long count = __ipclab_strlen(reject);
    size_t i = 0;
    while (text[i] && !__ipclab_memchr(reject, (unsigned char)text[i], count)) i++;
    return i;
}

char* strpbrk(const char* text, const char* accept) {
    text += strcspn(text, accept);
    return *text ? (char*)text : 0;
}

char* strtok_r(char* text, const char* delimiters, char** rest) {
    if (!text) text = *rest;
    text += strspn(text, delimiters);
    if (*text == 0) {
        *rest = text;
        return 0;
    }
    char* end = text + strcspn(text, delimiters);
    *rest = *end ? end + 1 : end;
    *end = 0;
    return text;
}

static char* strtok_rest;

char* strtok(char* text, const char* delimiters) {
    return strtok_r(text, delimiters, &strtok_rest);
}

char* strsep(char** rest, const char* delimiters) {
    char* text = *rest;
    if (!text) return 0;
    char* end = text + strcspn(text, delimiters);
    *rest = *end ? end + 1 : 0;
    *end = 0;
    return text;
}
