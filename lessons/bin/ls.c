// ls [-a] [-l] [FILE]...: list directories (the current one), one name a line, in byte order.
// -a shows names that begin with a dot; -l shows type and permissions, number of links and size before the
// name.
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int show_all, show_details, status;

static void fail(const char *what, const char *name) {
    fprintf(stderr, "ls: %s '%s': %s\n", what, name, strerror(errno));
    status = 2;
}

static void print_details(const struct stat *info) {
    char type = S_ISDIR(info->st_mode)    ? 'd'
                : S_ISCHR(info->st_mode)  ? 'c'
                : S_ISFIFO(info->st_mode) ? 'p'
                : S_ISLNK(info->st_mode)  ? 'l'
                : S_ISSOCK(info->st_mode) ? 's'
                : S_ISBLK(info->st_mode)  ? 'b'
                                          : '-';
    putchar(type);
    for (int bit = 8; bit >= 0; bit--) putchar(info->st_mode & (1u << bit) ? "xwr"[bit % 3] : '-');
    printf(" %3ld %8lld ", (long)info->st_nlink, (long long)info->st_size);
}

static void print_entry(const char *path, const char *name) {
    struct stat info;
    if (show_details) {
        if (lstat(path, &info) < 0) {
            fail("cannot access", path);
            return;
        }
        print_details(&info);
    }
    puts(name);
}

static void *must(void *memory) {
    if (memory == NULL) {
        fprintf(stderr, "ls: memory exhausted\n");
        exit(2);
    }
    return memory;
}

static int by_name(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void list_directory(const char *path) {
    DIR *directory = opendir(path);
    if (directory == NULL) {
        fail("cannot open directory", path);
        return;
    }
    char **names = NULL;
    size_t count = 0, room = 0;
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        if (entry->d_name[0] == '.' && !show_all) continue;
        if (count == room) {
            room = room ? room * 2 : 16;
            names = must(realloc(names, room * sizeof *names));
        }
        names[count] = must(malloc(strlen(entry->d_name) + 1));
        strcpy(names[count++], entry->d_name);
    }
    closedir(directory);

    if (count > 0) qsort(names, count, sizeof *names, by_name);
    for (size_t i = 0; i < count; i++) {
        char *full = must(malloc(strlen(path) + strlen(names[i]) + 2));
        strcpy(full, path);
        strcat(full, "/");
        strcat(full, names[i]);
        print_entry(full, names[i]);
        free(full);
        free(names[i]);
    }
    free(names);
}

int main(int argc, char *argv[]) {
    int first = 1, printed = 0;
    for (; first < argc && argv[first][0] == '-' && argv[first][1] != '\0'; first++) {
        for (const char *option = argv[first] + 1; *option; option++) {
            switch (*option) {
                case 'a': show_all = 1; break;
                case 'l': show_details = 1; break;
                case '1': break;  // one name a line is what we do anyway
                default: fprintf(stderr, "ls: invalid option -- '%c'\n", *option); return 2;
            }
        }
    }
    if (first == argc) {
        list_directory(".");
        return status;
    }

    qsort(argv + first, (size_t)(argc - first), sizeof *argv, by_name);
    // Like the real ls: first everything that is not a directory, then the directories with their names
    // above.
    struct stat info;
    for (int i = first; i < argc; i++) {
        if (stat(argv[i], &info) < 0) {
            fail("cannot access", argv[i]);
        } else if (!S_ISDIR(info.st_mode)) {
            print_entry(argv[i], argv[i]);
            printed = 1;
        }
    }
    for (int i = first; i < argc; i++) {
        if (stat(argv[i], &info) < 0 || !S_ISDIR(info.st_mode)) continue;
        if (printed) putchar('\n');
        if (argc - first > 1) printf("%s:\n", argv[i]);
        fflush(stdout);
        list_directory(argv[i]);
        printed = 1;
    }
    return status;
}
