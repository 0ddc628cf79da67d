#include <dirent.h>
#include <stdlib.h>
#include <string.h>

int scandir(const char* path, struct dirent*** entries, int (*filter)(const struct dirent*),
            int (*compare)(const struct dirent**, const struct dirent**)) {
    DIR* directory = opendir(path);
    if (!directory) return -1;
    struct dirent **list = 0, *entry;
    int count = 0, room = 0, failed = 0;
    while (!failed && (entry = readdir(directory)) != 0) {
        if (filter && !filter(entry)) continue;
        if (count == room) {
            room = room ? 2 * room : 16;
            struct dirent** bigger = realloc(list, (size_t)room * sizeof *list);
            if (!bigger) {
                failed = 1;
                break;
            }
            list = bigger;
        }
        list[count] = malloc(entry->d_reclen);
        if (list[count])
            memcpy(list[count++], entry, entry->d_reclen);
        else
            failed = 1;
    }
    closedir(directory);
    if (failed) {
        while (count > 0) free(list[--count]);
        free(list);
        return -1;
    }
    if (compare && count > 0)
        qsort(list, (size_t)count, sizeof *list, (int (*)(const void*, const void*))compare);
    *entries = list;
    return count;
}

int alphasort(const struct dirent** a, const struct dirent** b) {
    return strcoll((*a)->d_name, (*b)->d_name);
}

int versionsort(const struct dirent** a, const struct dirent** b) {
    return strverscmp((*a)->d_name, (*b)->d_name);
}
