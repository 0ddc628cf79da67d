#include "book.h"

#include <stdlib.h>
#include <string.h>

int book_changes;
const char book_version[] = "1.0";

static struct entry entries[100];
static size_t count;

static int compare(const void *a, const void *b) {
    return strcmp(((const struct entry *)a)->name, ((const struct entry *)b)->name);
}

static struct entry *find(const char *name) {
    struct entry key = {"", ""};
    strncpy(key.name, name, sizeof key.name - 1);
    return bsearch(&key, entries, count, sizeof *entries, compare);
}

const struct entry *book_find(const char *name) {
    return find(name);
}

int book_set(const char *name, const char *number) {
    struct entry *entry = find(name);
    if (!entry && count == sizeof entries / sizeof *entries) return -1;
    if (!entry) {
        entry = &entries[count++];
        strncpy(entry->name, name, sizeof entry->name - 1);
    }
    memset(entry->number, 0, sizeof entry->number);
    strncpy(entry->number, number, sizeof entry->number - 1);
    qsort(entries, count, sizeof *entries, compare);
    book_changes++;
    return 0;
}

int book_remove(const char *name) {
    struct entry *entry = find(name);
    if (!entry) return -1;
    memmove(entry, entry + 1, (size_t)(&entries[count] - entry - 1) * sizeof *entry);
    memset(&entries[--count], 0, sizeof *entry);
    book_changes++;
    return 0;
}

void book_each(void (*action)(const struct entry *entry, void *context), void *context) {
    for (size_t i = 0; i < count; i++) action(&entries[i], context);
}

int book_load(FILE *file) {
    char line[100], name[32], number[16];
    int loaded = 0;
    while (fgets(line, sizeof line, file))
        if (sscanf(line, "%31[^:]:%15s", name, number) == 2 && book_set(name, number) == 0) loaded++;
    return loaded;
}

static void save_one(const struct entry *entry, void *file) {
    fprintf(file, "%s:%s\n", entry->name, entry->number);
}

void book_save(FILE *file) {
    book_each(save_one, file);
}
