#ifndef STR_H
#define STR_H
#include <stddef.h>

/* Strings that know their length and grow. */
struct str {
    size_t length, room;
    char *text;
};
#define STR_INIT {0, 0, NULL}

void str_add(struct str *str, const char *text);
void str_addf(struct str *str, const char *format, ...) __attribute__((format(printf, 2, 3)));
void str_free(struct str *str);
size_t str_split(const char *text, char separator, struct str parts[], size_t most);
void str_join(struct str *result, const struct str parts[], size_t count, const char *glue);
int str_replace(struct str *str, const char *from, const char *to);
void str_map(struct str *str, int (*change)(int));
#endif
