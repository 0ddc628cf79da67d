#include <stdlib.h>
#include <string.h>

int getsubopt(char** options, char* const* tokens, char** value) {
    char *start = *options, *end = strchrnul(start, ',');
    if (*start == 0) return -1;
    char *equals = memchr(start, '=', (size_t)(end - start)), *name_end = equals ? equals : end;
    *options = *end ? end + 1 : end;
    size_t length = (size_t)(name_end - start);
    *end = 0;
    for (int i = 0; tokens[i]; i++)
        if (strncmp(tokens[i], start, length) == 0 && tokens[i][length] == 0) {
            *value = equals ? equals + 1 : 0;
            return i;
        }
    *value = start;
    return -1;
}
