/* A tree of directories is made, walked in the order of names, and taken down again. */
#define _DEFAULT_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int visible(const struct dirent *entry) {
    return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

static long walk(const char *path, int depth, int removes) {
    struct dirent **entries;
    long total = 0;
    int count = scandir(path, &entries, visible, alphasort);
    for (int i = 0; i < count; i++) {
        char below[1024];
        struct stat status;
        snprintf(below, sizeof below, "%s/%s", path, entries[i]->d_name);
        lstat(below, &status);
        char kind = S_ISDIR(status.st_mode) ? 'd' : S_ISLNK(status.st_mode) ? 'l' : '-';
        if (!removes) printf("%*s%c %s", 2 * depth, "", kind, entries[i]->d_name);
        if (!removes && kind == '-') printf(" %ld", (long)status.st_size);
        if (!removes) printf("\n");
        if (kind == '-') total += (long)status.st_size;
        if (kind == 'd') total += walk(below, depth + 1, removes);
        if (removes && remove(below) != 0) perror(below);
        free(entries[i]);
    }
    free(entries);
    return total;
}

static void put(const char *path, int bytes) {
    FILE *file = fopen(path, "w");
    if (!file) exit(1);
    while (bytes-- > 0) putc('.', file);
    fclose(file);
}

int main(void) {
    mkdir("/tmp/walk", 0755);
    if (chdir("/tmp/walk") < 0) return 1;
    mkdir("b", 0755);
    mkdir("b/inner", 0755);
    mkdir("empty", 0755);
    put("a", 10);
    put("b/one", 100);
    put("b/inner/deep", 7);
    if (symlink("b/one", "link") < 0) return 1;
    long total = walk(".", 0, 0);
    printf("%ld bytes\n", total);
    walk(".", 0, 1);
    if (chdir("/") < 0) return 1;
    printf("removed: %d\n", rmdir("/tmp/walk"));
    return 0;
}
