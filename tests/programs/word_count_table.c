/* A hash table with chains: how often does each word occur? */
#define _POSIX_C_SOURCE 200809L
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BUCKETS = 31 };
struct word {
    char *text;
    int count;
    struct word *next;
};
static struct word *table[BUCKETS];

static unsigned hash(const char *text) {
    unsigned value = 0;
    while (*text) value = value * 31 + (unsigned char)*text++;
    return value % BUCKETS;
}

static struct word *install(const char *text) {
    struct word **at = &table[hash(text)];
    while (*at && strcmp((*at)->text, text) != 0) at = &(*at)->next;
    if (!*at) {
        *at = calloc(1, sizeof **at);
        (*at)->text = strdup(text);
    }
    (*at)->count++;
    return *at;
}

static int by_count(const void *a, const void *b) {
    const struct word *x = *(struct word *const *)a, *y = *(struct word *const *)b;
    return x->count != y->count ? y->count - x->count : strcmp(x->text, y->text);
}

int main(void) {
    static const char text[] = "The quick brown fox jumps over the lazy dog; the dog sleeps, the fox does not. "
                               "Dog and fox, fox and dog: over and over.";
    struct word *all[100];
    int count = 0;
    char word[40];
    for (const char *at = text; *at;) {
        int length = 0;
        while (isalpha((unsigned char)*at)) word[length++] = (char)tolower((unsigned char)*at++);
        word[length] = '\0';
        if (length > 0) install(word);
        while (*at && !isalpha((unsigned char)*at)) at++;
    }
    for (int i = 0; i < BUCKETS; i++)
        for (struct word *at = table[i]; at; at = at->next) all[count++] = at;
    qsort(all, (size_t)count, sizeof *all, by_count);
    for (int i = 0; i < count; i++) printf("%3d %s\n", all[i]->count, all[i]->text);
    for (int i = 0; i < count; i++) {
        free(all[i]->text);
        free(all[i]);
    }
    return 0;
}
