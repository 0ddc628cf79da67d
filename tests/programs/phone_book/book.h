#ifndef BOOK_H
#define BOOK_H
#include <stdio.h>

extern int book_changes;
extern const char book_version[];

struct entry {
    char name[32], number[16];
};

int book_load(FILE *file);
void book_save(FILE *file);
const struct entry *book_find(const char *name);
int book_set(const char *name, const char *number);
int book_remove(const char *name);
void book_each(void (*action)(const struct entry *entry, void *context), void *context);
#endif
