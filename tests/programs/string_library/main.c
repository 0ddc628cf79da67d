/* A library for growing strings, and a program that uses it. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "str.h"

static int rot13(int c) {
    if (!isalpha(c)) return c;
    int base = islower(c) ? 'a' : 'A';
    return (c - base + 13) % 26 + base;
}

int main(void) {
    struct str str = STR_INIT, joined = STR_INIT, parts[8];
    str_add(&str, "fork,exec,wait");
    str_addf(&str, ",%s-%d,%c", "pipe", 2, 'x');
    printf("%zu: %s\n", str.length, str.text);
    size_t count = str_split(str.text, ',', parts, 8);
    for (size_t i = 0; i < count; i++) printf("[%s]", parts[i].text);
    printf(" %zu\n", count);
    str_join(&joined, parts, count, " | ");
    printf("%s\n", joined.text);
    printf("%d replaced: ", str_replace(&joined, " | ", "/"));
    printf("%s\n", joined.text);
    str_map(&joined, rot13);
    printf("%s\n", joined.text);
    str_map(&joined, rot13);
    str_map(&joined, toupper);
    printf("%s\n", joined.text);
    for (size_t i = 0; i < count; i++) str_free(&parts[i]);
    struct str long_one = STR_INIT;
    for (int i = 0; i < 1000; i++) str_addf(&long_one, "%d", i % 10);
    printf("%zu, %.15s..., ends in %s\n", long_one.length, long_one.text, long_one.text + 990);
    printf("%d nines\n", str_replace(&long_one, "9", "<nine>"));
    printf("%zu\n", long_one.length);
    str_free(&long_one);
    str_free(&str);
    str_free(&joined);
    return 0;
}
