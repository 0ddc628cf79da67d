#include <ctype.h>
#include <strings.h>

int strcasecmp(const char* a, const char* b) {
    return strncasecmp(a, b, (size_t)-1);
}

int strncasecmp(const char* a, const char* b, size_t bytes) {
    for (; bytes > 0; bytes--, a++, b++) {
        int difference = tolower((unsigned char)*a) - tolower((unsigned char)*b);
        if (difference != 0 || *a == 0) return difference;
    }
    return 0;
}
