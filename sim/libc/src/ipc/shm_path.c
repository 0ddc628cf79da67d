#include <bits/shm_path.h>
#include <string.h>

int __shm_path(char* path, const char* prefix, const char* name) {
    while (*name == '/') name++;
    size_t length = strlen(name);
    if (length == 0 || length + strlen(prefix) > 255 || strchr(name, '/')) return -1;
    strcpy(path, "/dev/shm/");
    strcat(path, prefix);
    strcat(path, name);
    return 0;
}
