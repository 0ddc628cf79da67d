/* Three files, shared variables and callbacks: a list that is kept in a file. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "book.h"

struct longest {
    size_t length;
    const char *name;
};

static void look(const struct entry *entry, void *context) {
    struct longest *longest = context;
    if (strlen(entry->name) > longest->length) {
        longest->length = strlen(entry->name);
        longest->name = entry->name;
    }
}

int main(void) {
    const char *path = "/tmp/phone_book.txt";
    FILE *file = fopen(path, "w");
    if (!file) return 1;
    fputs("Lovelace:1815\nno colon here\nTuring:1912\n:\nHopper:1906\n", file);
    fclose(file);
    file = fopen(path, "r");
    printf("version %s, %d loaded\n", book_version, book_load(file));
    fclose(file);
    book_set("Dijkstra", "1930");
    book_set("Turing", "1912-1954");
    printf("remove: %d", book_remove("Hopper"));
    printf(" %d\n", book_remove("Nobody"));
    const struct entry *entry = book_find("Turing");
    printf("%s %s\n", entry->name, entry->number);
    printf("missing: %d\n", book_find("Hopper") == NULL);
    struct longest longest = {0, NULL};
    book_each(look, &longest);
    printf("longest: %s\n", longest.name);
    file = fopen(path, "w+");
    book_save(file);
    rewind(file);
    for (int c; (c = getc(file)) != EOF;) putchar(c);
    fclose(file);
    unlink(path);
    printf("%d changes\n", book_changes);
    return 0;
}
