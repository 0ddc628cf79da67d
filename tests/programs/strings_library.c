/* The functions of <string.h>, one after the other. */
#define _GNU_SOURCE
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static int sign(int value) {
    return (value > 0) - (value < 0);
}

int main(void) {
    char text[40] = "one two";
    printf("%zu %zu\n", strlen(text), strnlen(text, 3));
    printf("%s\n", strcat(text, " three"));
    printf("%s %s\n", strchr(text, 't'), strrchr(text, 't'));
    printf("%s %d\n", strstr(text, "two"), strstr(text, "four") == NULL);
    printf("%zu %zu %s\n", strspn(text, "eno "), strcspn(text, "tw"), strpbrk(text, "wxyz"));
    printf("%d %d %d\n", sign(strcmp("abc", "abd")), sign(strncmp("abc", "abd", 2)), sign(strcasecmp("ABC", "abb")));
    memmove(text + 2, text, 7);
    printf("%s\n", text);
    printf("%d %s\n", memcmp("a\0b", "a\0c", 3) < 0, (char *)memchr("hello", 'l', 5));
    char *rest = strcpy(text, ",a,,b;c"), *word;
    for (word = strtok_r(text, ",;", &rest); word; word = strtok_r(NULL, ",;", &rest)) printf("<%s>", word);
    rest = strcpy(text, ",a,,b;c");
    while ((word = strsep(&rest, ",;")) != NULL) printf("(%s)", word);
    char *copy = strndup("duplicate", 4);
    printf(" %s %s\n", copy, strdupa("whole"));
    free(copy);
    printf("%s %s\n", stpcpy(text, "end") - text == 3 ? "stpcpy" : "?", (char *)mempcpy(text, "abc", 3) - 3);
    printf("%s %s\n", basename("/usr/lib/x.so"), strcasestr("Some Text", "TEXT"));
    for (const char *c = "aZ5 _\t%"; *c; c++)
        printf("%d%d%d%d%d%d ", !!isalpha(*c), !!isdigit(*c), !!isspace(*c), !!ispunct(*c), !!isxdigit(*c), !!isprint(*c));
    printf("\n%c%c%c\n", toupper('q'), tolower('Q'), toupper('1'));
    return 0;
}
