// Changing the environment: the first change copies the array of pointers to the heap.
#include <bits/heap.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

extern char** environ;
static char** own;  ///< the array that this file allocated

static char** find(const char* name, size_t length) {
    for (char** entry = environ; entry && *entry; entry++)
        if (strncmp(*entry, name, length) == 0 && (*entry)[length] == '=') return entry;
    return 0;
}

static int put(char* text, size_t length) {
    char** entry = find(text, length);
    if (entry) {
        *entry = text;
        return 0;
    }
    size_t count = 0;
    while (environ && environ[count]) count++;
    char** bigger = __heap_keep(realloc(own == environ ? own : 0, (count + 2) * sizeof(char*)));
    if (!bigger) return -1;
    if (own != environ && count > 0) memcpy(bigger, environ, count * sizeof(char*));
    bigger[count] = text;
    bigger[count + 1] = 0;
    own = environ = bigger;
    return 0;
}

int setenv(const char* name, const char* value, int overwrite) {
    if (!name || *name == 0 || strchr(name, '=')) {
        errno = EINVAL;
        return -1;
    }
    size_t length = strlen(name), bytes = strlen(value) + 1;
    if (!overwrite && find(name, length)) return 0;
    char* text = __heap_own(length + 1 + bytes);
    if (!text) return -1;
    memcpy(text, name, length);
    text[length] = '=';
    memcpy(text + length + 1, value, bytes);
    return put(text, length);
}

int unsetenv(const char* name) {
    if (!name || *name == 0 || strchr(name, '=')) {
        errno = EINVAL;
        return -1;
    }
    size_t length = strlen(name);
    for (char** entry; (entry = find(name, length)) != 0;)
        for (; *entry; entry++) entry[0] = entry[1];
    return 0;
}

int putenv(char* text) {
    char* equals = strchr(text, '=');
    if (!equals) return unsetenv(text);
    return put(text, (size_t)(equals - text));
}

int clearenv(void) {
    environ = 0;
    return 0;
}
