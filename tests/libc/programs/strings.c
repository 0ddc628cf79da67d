// <string.h> and <strings.h>.
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static int sign(int x) {
    return (x > 0) - (x < 0);
}

int main(void) {
    char a[64] = "hello, world", b[64];
    printf("%zu %zu %zu\n", strlen(a), strnlen(a, 5), strnlen(a, 50));
    printf("%s %s\n", strcpy(b, a), strchr(a, 'o'));
    printf("%s %d %d\n", strrchr(a, 'o'), strchr(a, 'z') == NULL, *strchr(a, 0));
    printf("%s %s\n", strstr(a, "wor"), strcasestr(a, "WOR"));
    printf("%d %d\n", strstr(a, "worm") == NULL, strstr(a, "") == a);
    printf("%zu %zu %s\n", strspn(a, "hel"), strcspn(a, ", "), strpbrk(a, "xw"));
    printf("%d %d %d\n", sign(strcmp("a", "b")), sign(strcmp("b", "a")), strcmp("same", "same"));
    printf("%d %d %d\n", strncmp("abcX", "abcY", 3), sign(strncmp("abcX", "abcY", 4)), strncmp("a", "b", 0));
    printf("%d %d\n", sign(strcasecmp("HeLLo", "hEllO")), sign(strncasecmp("ABCx", "abcy", 4)));
    memset(b, '#', sizeof b);
    strncpy(b, "abc", 6);
    for (int i = 0; i < 8; i++) printf("%d ", b[i]);
    printf("\n");
    strcpy(b, "one");
    strcat(b, " two");
    strncat(b, " three four", 6);
    printf("%s %s\n", b, stpcpy(a, "end") - 3);
    char text[] = "  a,b;;c  d";
    for (char* t = strtok(text, " ,;"); t; t = strtok(NULL, " ,;")) printf("<%s>", t);
    printf("\n");
    char fields[] = "x::y:", *rest = fields, *field;
    while ((field = strsep(&rest, ":"))) printf("<%s>", field);
    printf("\n");
    char *copy = strdup("copied"), *part = strndup("partly", 4);
    printf("%s %s\n", copy, part);
    free(copy);
    free(part);
    memmove(b + 2, b, 5);
    printf("%.10s %s\n", b, (char*)memchr(b, 'o', 10));
    printf("%d %d\n", sign(memcmp("abc", "abd", 3)), memcmp("abc", "abd", 2));
    printf("%s\n", (char*)memmem("haystack with needle", 21, "needle", 6));
    printf("%s %s\n", (char*)memrchr("a/b/c", '/', 5), strchrnul("abc", 'x') - 1);
    printf("%d %d %d\n", ffs(0), ffs(8), ffsl(1L << 40));
    static const char* const versions[] = {"000", "00", "01", "010", "09", "0",  "1",
                                           "9",   "10", "a1", "a10", "a2", "a01"};
    for (int i = 0; i < 13; i++) {
        for (int j = 0; j < 13; j++) printf("%2d ", sign(strverscmp(versions[i], versions[j])));
        printf("\n");
    }
    for (int e = -1; e < 140; e++)
        printf("%s|%s\n", strerror(e), strerrorname_np(e) ? strerrorname_np(e) : "-");
    for (int s = -1; s < 67; s++) printf("%s|%s\n", strsignal(s), sigabbrev_np(s) ? sigabbrev_np(s) : "-");
    printf("%s\n", basename("/usr/lib/x"));
    return 0;
}
